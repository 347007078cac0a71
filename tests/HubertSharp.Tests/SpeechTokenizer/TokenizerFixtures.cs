using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using HubertSharp.Runs.Arrays;
using HubertSharp.SpeechTokenizer;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer;

/// <summary>The tokenizers that the released program saved, and tokenizers with made weights.</summary>
internal static partial class TokenizerFixtures
{
    /// <summary>Folders with a released checkpoint, settings and expected tensors.</summary>
    public static TheoryData<string> Names =>
        [.. Fixtures.Matching("speechtokenizer*").Where(name => File.Exists(Fixtures.At(name, TokenizerReader.TorchName)))];

    public static SafetensorsFile Expected(string name) => SafetensorsFile.Read(Fixtures.At(name, "expected.safetensors"));

    public static TokenizerModel Model(string name) => TokenizerReader.Read(Fixtures.At(name)).Build(torch.CPU);

    /// <summary>Numbers of the tensors that are called PREFIXNUMBER: <c>codes_nq2</c>.</summary>
    public static IEnumerable<(SafetensorsTensor Tensor, int Number)> Numbered(SafetensorsFile file, string prefix) =>
        file.Tensors.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(tensor => (tensor, Digits().Match(tensor.Name[prefix.Length..])))
            .Where(found => found.Item2.Success)
            .Select(found => (found.tensor, int.Parse(found.Item2.Value, CultureInfo.InvariantCulture)));

    public static torch.Tensor Tensor(SafetensorsTensor stored) => stored.DType == "I64"
        ? torch.tensor(stored.ToLongs(), [.. stored.Shape]) : torch.tensor(stored.ToSingles(), [.. stored.Shape]);

    private static readonly Lazy<PortableTokenizer> s_made = new(() => Make([]));

    /// <summary>A small tokenizer with other settings and random weights.</summary>
    public static PortableTokenizer Made(params (string Key, JsonNode Value)[] settings) =>
        settings.Length == 0 ? s_made.Value : Make(settings);

    private static PortableTokenizer Make((string Key, JsonNode Value)[] settings)
    {
        var json = (JsonObject)JsonNode.Parse("""
            {"n_filters": 2, "strides": [3, 2, 2], "dimension": 6, "semantic_dimension": 6, "bidirectional": true, "dilation_base": 2,
             "residual_kernel_size": 3, "n_residual_layers": 1, "lstm_layers": 2, "activation": "ELU", "codebook_size": 12, "n_q": 3,
             "sample_rate": 16000, "learning_rate": 0.0001}
            """)!;
        foreach (var (key, value) in settings)
            json[key] = value;
        var config = TokenizerConfig.Of("made", json);
        var random = new Random(7);
        var tensors = new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
        while (true)
        {
            // what the network lacks, it names
            try
            {
                using var model = new PortableTokenizer("made", config, tensors).Build(torch.CPU);
                return new PortableTokenizer("made", config, tensors);
            }
            catch (Runs.UserException e) when (Missing().Match(e.Message) is { Success: true } missing)
            {
                tensors[missing.Groups[1].Value] = SafetensorsTensor.Create(missing.Groups[1].Value, [0], []);
            }
            catch (Runs.UserException e) when (Misshapen().Match(e.Message) is { Success: true } other)
            {
                long[] shape = [.. other.Groups[2].Value.Split(", ").Select(size => long.Parse(size, CultureInfo.InvariantCulture))];
                var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
                for (var i = 0; i < values.Length; i++)
                    values[i] = (float)(random.NextDouble() - 0.4);
                tensors[other.Groups[1].Value] = SafetensorsTensor.Create(other.Groups[1].Value, shape, values);
            }
        }
    }

    /// <summary>Noise that swells and fades.</summary>
    public static float[] Samples(int count) =>
        [.. Enumerable.Range(0, count).Select(i => (float)(Math.Sin(i * 0.37) * Math.Sin(i * 0.0071) * (((i * 7919) % 101) - 50) / 60))];

    [GeneratedRegex("^[0-9]+$")]
    private static partial Regex Digits();

    [GeneratedRegex("no tensor '([^']+)'")]
    private static partial Regex Missing();

    [GeneratedRegex(@"tensor '([^']+)' has another shape \(expected \[([^\]]*)\]")]
    private static partial Regex Misshapen();
}
