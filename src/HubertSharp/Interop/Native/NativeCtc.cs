using System.Text.Json;
using HubertSharp.Models.Ctc;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Tensors;

namespace HubertSharp.Interop.Native;

/// <summary>The CTC output layer beside a native checkpoint: <c>ctc_head.safetensors</c> with its tokens as metadata.</summary>
internal static class NativeCtc
{
    public const string FileName = "ctc_head.safetensors";
    private const string WeightName = "weight", BiasName = "bias", TokensKey = "tokens", BlankKey = "blank";

    /// <summary>What the file says beside its tensors.</summary>
    public static IReadOnlyDictionary<string, string> Metadata(IReadOnlyList<string> tokens, int blank) =>
        new Dictionary<string, string> { [TokensKey] = JsonSerializer.Serialize(tokens), [BlankKey] = $"{blank}" };

    /// <summary>The names in the file of a trained layer's weights and biases.</summary>
    public static IReadOnlyDictionary<string, string> Names(string weight, string bias) =>
        new Dictionary<string, string> { [weight] = WeightName, [bias] = BiasName };

    public static CtcHead? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        var file = SafetensorsFile.Read(path);
        List<string>? tokens;
        try
        {
            tokens = JsonSerializer.Deserialize<List<string>>(file.Metadata.GetValueOrDefault(TokensKey, "null"));
        }
        catch (JsonException e)
        {
            throw InteropFaults.CtcLayout(path, PrintableText.Of(e));
        }
        var (weight, bias) = (file[WeightName], file[BiasName]);
        if (tokens is null
            || weight.Shape is not [> 0, > 0]
            || weight.Shape[0] != tokens.Count
            || !bias.Shape.SequenceEqual([weight.Shape[0]])
            || !int.TryParse(file.Metadata.GetValueOrDefault(BlankKey), out var blank) || blank < 0 || blank >= tokens.Count)
        {
            throw InteropFaults.CtcLayout(path,
                $"weight [{string.Join(", ", weight.Shape)}], bias [{string.Join(", ", bias.Shape)}], {tokens?.Count ?? 0} tokens");
        }
        return new CtcHead(
            StoredTensor.Finite(path, WeightName, weight), StoredTensor.Finite(path, BiasName, bias), tokens, blank);
    }

    /// <exception cref="UserException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string folder, CtcHead head) => SafetensorsFile.Write(
        Path.Combine(folder, FileName),
        [head.Weight with { Name = WeightName }, head.Bias with { Name = BiasName }],
        Metadata(head.Tokens, head.Blank));
}
