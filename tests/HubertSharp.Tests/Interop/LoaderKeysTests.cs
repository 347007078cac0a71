using HubertSharp.Interop;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Interop.HuggingFace;
using HubertSharp.Interop.Native;
using HubertSharp.Models;
using HubertSharp.Models.Ctc;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.PyTorch;

namespace HubertSharp.Tests.Interop;

/// <summary>
/// Our exports have the keys and shapes that the real loaders demand, which are strict: recorded from transformers' own models and from
/// fairseq's own checkpoints; HubertCtc's from the models that fairseq fine-tuned, and for <c>ctc</c> written out from its source. An
/// export that only our reader has seen proves little.
/// </summary>
public sealed class LoaderKeysTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<TheoryDataRow<string, string>> Recorded() =>
        Directory.GetFiles(At("loader_keys"), "*.tsv").Order(StringComparer.Ordinal)
            .Select(path => Path.GetFileNameWithoutExtension(path).Split('.'))
            .Select(parts => new TheoryDataRow<string, string>(parts[0], parts[1]));

    [Theory, MemberData(nameof(Recorded))]
    public void An_export_has_the_keys_of_the_real_loader(string loader, string model)
    {
        var source = ModelReader.Read(Source(model));
        var expected = File.ReadAllLines(At("loader_keys", $"{loader}.{model}.tsv"));
        if (loader.Contains("ctc", StringComparison.OrdinalIgnoreCase) && source.Ctc is null)
            source = FineTuned(source, Letters(expected));
        NativeWriter.Write(_folder.At("native"), source);
        foreach (var portable in new[] { source, ModelReader.Read(_folder.At("native")) })
        {
            var written = loader.StartsWith("fairseq", StringComparison.Ordinal) ? Fairseq(portable) : Transformers(portable);
            Assert.Equal(expected,
                written.Select(tensor => $"{tensor.Name}\t{string.Join(' ', tensor.Shape)}").Order(StringComparer.Ordinal));
        }
    }

    public void Dispose() => _folder.Dispose();

    // rows of the list's output layer
    private static int Letters(string[] list) =>
        int.Parse(list.Single(line => line.StartsWith("w2v_encoder.proj.weight\t", StringComparison.Ordinal)
            || line.StartsWith("lm_head.weight\t", StringComparison.Ordinal)).Split('\t', ' ')[1]);

    /// <summary>A pre-trained model with an output layer for so many letters, in the place of its prediction head.</summary>
    private static PortableModel FineTuned(PortableModel pretrained, int letters)
    {
        var description = pretrained.Description with { Classes = [] };
        var width = description.Model.EncoderEmbedDim;
        var kept = HubertParameters.Of(description.Model, description.Classes).Select(spec => spec.Name).ToHashSet(StringComparer.Ordinal);
        return new PortableModel(pretrained.Format, pretrained.Path, description,
            pretrained.Weights.Where(w => kept.Contains(w.Key)).ToDictionary(StringComparer.Ordinal))
        {
            Ctc = new CtcHead(SafetensorsTensor.Create("weight", [letters, width], new float[letters * width]),
                SafetensorsTensor.Create("bias", [letters], new float[letters]),
                CtcTokens.FromFairseq([.. new LabelDictionary([]).Symbols, .. Enumerable.Range(4, letters - 4).Select(i => $"{i}")]),
                Blank: 0),
        };
    }

    private IEnumerable<(string Name, IReadOnlyList<long> Shape)> Fairseq(PortableModel portable)
    {
        FairseqWriter.Write(_folder.At("x.pt"), portable, force: true);
        using var file = TorchFile.Open(_folder.At("x.pt"), FairseqClasses.Names);
        return [.. PlainValue.Map(PlainValue.Item(file.Root, "model"))!.Pairs
            .Select(pair => ((string)pair.Key!, (IReadOnlyList<long>)((TorchTensor)pair.Value!).Shape))];
    }

    private IEnumerable<(string Name, IReadOnlyList<long> Shape)> Transformers(PortableModel portable)
    {
        HuggingFaceWriter.Write(_folder.At("hf"), portable);
        return SafetensorsFile.Read(_folder.At("hf", "model.safetensors")).Tensors.Select(tensor => (tensor.Name, tensor.Shape));
    }

    private static string Source(string model) =>
        Directory.GetFiles(At(model), "checkpoint_init*.pt").FirstOrDefault() ?? At(model);

    private static string At(params string[] parts) => Path.Combine([Fixtures.RepositoryRoot(), "tests", "fixtures", .. parts]);
}
