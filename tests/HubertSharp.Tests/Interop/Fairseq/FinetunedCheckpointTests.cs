using HubertSharp.Interop;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Runs;
using HubertSharp.Runs.PyTorch;

namespace HubertSharp.Tests.Interop.Fairseq;

/// <summary>A checkpoint that the real fairseq wrote when it fine-tuned with CTC: read, and written with its very keys.</summary>
[Trait("Part", "golden")]
public sealed class FinetunedCheckpointTests : IDisposable
{
    private const string Embeddings = "w2v_encoder.w2v_model.label_embs_concat";
    private const int Letters = 32; // of its dictionary, the special ones among them

    private readonly TemporaryFolder _folder = new();

    public FinetunedCheckpointTests() =>
        File.Copy(At("finetune", "en", "checkpoint_finetuned.pt"), _folder.At("checkpoint_best.pt"));

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Keys and shapes are the file's own, but for the embeddings that compute nothing: fairseq makes those of the dictionary that
    /// <c>w2v_args</c> names. Its own file names none and needs the pre-trained one; an export is whole, and names the letters.
    /// </summary>
    [Fact]
    public void An_export_has_the_keys_and_shapes_of_fairseqs_own_file()
    {
        File.Copy(At("hubert_tiny_base", "checkpoint_last.pt"), _folder.At("pretrained.pt"));
        var model = ModelReader.Read(_folder.At("checkpoint_best.pt"));
        Assert.Equal(Letters, model.Ctc!.Tokens.Count);
        Assert.Equal(["|", "E", "T"], model.Ctc.Tokens.Skip(4).Take(3));
        Directory.CreateDirectory(_folder.At("out"));
        FairseqWriter.Write(_folder.At("out", "x.pt"), model);
        using var real = TorchFile.Open(_folder.At("checkpoint_best.pt"), FairseqClasses.Names);
        using var ours = TorchFile.Open(_folder.At("out", "x.pt"), FairseqClasses.Names);
        var (expected, written) = (Tensors(real), Tensors(ours));
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), written.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, tensor) in expected.Where(t => t.Key != Embeddings))
        {
            Assert.Equal(tensor.Shape, written[name].Shape);
            Assert.Equal(real.Read("a", tensor).Bytes.ToArray(), ours.Read("a", written[name]).Bytes.ToArray());
        }
        Assert.Equal(new[] { Letters, expected[Embeddings].Shape[1] }, written[Embeddings].Shape);
        Assert.Equal(model.Ctc.Tokens, ModelReader.Read(_folder.At("out", "x.pt")).Ctc!.Tokens); // nothing beside it is needed
    }

    [Fact]
    public void Without_the_pretrained_file_it_is_named()
    {
        var message = Assert.Throws<UserException>(() => ModelReader.Read(_folder.At("checkpoint_best.pt"))).Message;
        Assert.Contains("(expected 'w2v_args' in it, or pretrained.pt beside it, found neither); copy that file into its folder", message,
            StringComparison.Ordinal);
    }

    private static Dictionary<string, TorchTensor> Tensors(TorchFile file) =>
        PlainValue.Map(PlainValue.Item(file.Root, "model"))!.Pairs
            .ToDictionary(pair => (string)pair.Key!, pair => (TorchTensor)pair.Value!);

    private static string At(params string[] parts) => Path.Combine([Fixtures.RepositoryRoot(), "tests", "fixtures", .. parts]);
}
