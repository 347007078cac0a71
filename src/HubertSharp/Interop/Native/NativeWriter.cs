using HubertSharp.Models;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Transcripts;

namespace HubertSharp.Interop.Native;

/// <summary>
/// Writes a checkpoint folder of ours: float32 weights under fairseq's names, the description, and a CTC output layer where there is one.
/// </summary>
internal static class NativeWriter
{
    /// <exception cref="Runs.UserException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string folder, PortableModel portable)
    {
        Directory.CreateDirectory(folder);
        SafetensorsFile.Write(
            Path.Combine(folder, HubertCheckpoint.WeightsFileName),
            portable.Weights.Concat(portable.Buffers.Where(buffer => buffer.Key != HubertBuffers.Batches))
                .Select(weight => weight.Value.DType == "F32"
                    ? weight.Value
                    : SafetensorsTensor.Create(weight.Key, weight.Value.Shape, weight.Value.ToSingles())));
        portable.Description.WithoutPlaces().Write(Path.Combine(folder, ModelDescription.FileName));
        if (portable.Ctc is { } head)
            NativeCtc.Write(folder, head);
        portable.Text?.Write(Path.Combine(folder, TextRules.FileName));
    }
}
