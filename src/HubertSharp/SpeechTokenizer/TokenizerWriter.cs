using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.PyTorch;

namespace HubertSharp.SpeechTokenizer;

/// <summary>
/// Writes a tokenizer as it is released: <c>config.json</c> and <c>SpeechTokenizer.pt</c>, which the released program's
/// <c>load_from_checkpoint</c> reads, and the same tensors as <c>model.safetensors</c>. All are float32.
/// </summary>
internal static class TokenizerWriter
{
    /// <param name="folder">An empty folder; made when it is not there.</param>
    /// <exception cref="Runs.UserException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string folder, PortableTokenizer tokenizer)
    {
        Directory.CreateDirectory(folder);
        var tensors = tokenizer.Tensors.Values.Select(tensor => tensor.DType == "F32" ? tensor
            : SafetensorsTensor.Create(tensor.Name, tensor.Shape, tensor.ToSingles())).ToList();
        tokenizer.Config.Write(Path.Combine(folder, TokenizerConfig.FileName));
        SafetensorsFile.Write(Path.Combine(folder, TokenizerReader.SafetensorsName), tensors);
        TorchWriter.Write(Path.Combine(folder, TokenizerReader.TorchName), tensors.ToDictionary(tensor => tensor.Name, tensor => tensor));
    }
}
