using HubertSharp.Interop;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Interop.HuggingFace;
using HubertSharp.Interop.Native;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.PyTorch;

namespace HubertSharp.Tests.Interop;

/// <summary>
/// Our exports have the keys and shapes that the real loaders demand, which are strict: recorded from transformers' own models and from
/// fairseq's own checkpoints; those of fairseq's HubertCtc written out from its source. An export that only our reader has seen proves
/// little.
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
        NativeWriter.Write(_folder.At("native"), source);
        foreach (var portable in new[] { source, ModelReader.Read(_folder.At("native")) })
        {
            var written = loader.StartsWith("fairseq", StringComparison.Ordinal) ? Fairseq(portable) : Transformers(portable);
            Assert.Equal(File.ReadAllLines(At("loader_keys", $"{loader}.{model}.tsv")),
                written.Select(tensor => $"{tensor.Name}\t{string.Join(' ', tensor.Shape)}").Order(StringComparer.Ordinal));
        }
    }

    public void Dispose() => _folder.Dispose();

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
