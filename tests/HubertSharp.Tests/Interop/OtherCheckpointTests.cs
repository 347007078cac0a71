using HubertSharp.Interop;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Interop.HuggingFace;
using HubertSharp.Models;
using HubertSharp.Runs.PyTorch;
using HubertSharp.Tensors;
using HubertSharp.Tests.Models;
using HubertSharp.Tests.PyTorch;

namespace HubertSharp.Tests.Interop;

/// <summary>Forms that published checkpoints have and the fixtures have not, made from the fixtures.</summary>
[Trait("Part", "golden")]
public sealed class OtherCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<TheoryDataRow<string>> Names() => TinyModel.Names();

    /// <summary>
    /// Before update_ckpt.py: <c>label_embs</c>; after it: labels as Python's spelling of a list. Neither has dictionaries.
    /// </summary>
    [Theory, MemberData(nameof(Names))]
    public void Released_checkpoints_before_and_after_their_update(string name)
    {
        foreach (var updated in new[] { false, true })
        {
            var source = Source(name);
            var weights = new OrderedDictionary<string, object?>(source.Weights.Select(
                w => KeyValuePair.Create(w.Key == "label_embs_concat" && !updated ? "label_embs" : w.Key, (object?)w.Value)));
            var labels = source.Description.Task.Labels;
            var args = new PythonObject("argparse", "Namespace", new Dictionary<string, object?>(Flat(source))
            {
                ["arch"] = "hubert",
                ["labels"] = updated ? $"[{string.Join(", ", labels.Select(l => $"'{l}'"))}]" : labels.Cast<object?>().ToList(),
            });
            TorchWriter.Write(_folder.At("x.pt"), new Dictionary<string, object?> { ["args"] = args, ["cfg"] = null, ["model"] = weights });
            var read = ModelReader.Read(_folder.At("x.pt"));
            Same(source, read);
            Assert.Equal(labels, read.Description.Task.Labels);
            Assert.Equal(source.Description.Classes.Sum(), read.Description.Classes.Sum());
            Assert.Equal(labels.Count > 1, read.Notices.Count > 0); // how several sets divide is not in the file
        }
    }

    /// <summary>s3prl: <c>task_cfg, model_cfg, model_weight, dictionaries_symbols</c>.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Conversions_of_s3prl(string name)
    {
        var source = Source(name);
        TorchWriter.Write(_folder.At("x.pt"), new Dictionary<string, object?>
        {
            ["task_cfg"] = Flat(source),
            ["model_cfg"] = Flat(source),
            ["model_weight"] =
                new OrderedDictionary<string, object?>(source.Weights.Select(w => KeyValuePair.Create(w.Key, (object?)w.Value))),
            ["dictionaries_symbols"] = source.Dictionaries!.Select(d => (object?)d.Cast<object?>().ToList()).ToList(),
        });
        var read = ModelReader.Read(_folder.At("x.pt"));
        Same(source, read);
        Assert.Equal(source.Description.Classes, read.Description.Classes);
        Assert.Empty(read.Notices);
    }

    /// <summary>contentvec's files, and others stripped for sharing, name another model or have lost the label embeddings.</summary>
    [Theory, MemberData(nameof(Names))]
    public void A_stripped_checkpoint_has_no_prediction_head(string name)
    {
        var source = Source(name);
        var settings = new Dictionary<string, object?>(Flat(source)) { ["_name"] = "contentvec", ["an_option_of_theirs"] = 3 };
        TorchWriter.Write(_folder.At("x.pt"), new Dictionary<string, object?>
        {
            ["cfg"] = new Dictionary<string, object?> { ["model"] = settings, ["task"] = Flat(source) },
            ["model"] = new OrderedDictionary<string, object?>(source.Weights.Where(w => w.Key != "label_embs_concat")
                .Select(w => KeyValuePair.Create(w.Key, (object?)w.Value))),
        });
        var read = ModelReader.Read(_folder.At("x.pt"));
        Assert.False(read.HasPredictionHead);
        Assert.Contains("no label embeddings", Assert.Single(read.Notices));
        Assert.Equal(ModelIdentity.Of(source), ModelIdentity.Of(read));
        using var model = read.Build(ComputePrecision.Float32);
        model.Initialise(1); // as the probe's untrained twin
    }

    /// <summary>bfloat16, and tensors that are views of one storage, turned and with gaps, as PyTorch saves them.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Bfloat16_comes_through_every_form(string name)
    {
        var source = Source(name);
        var brains = source.Weights.ToDictionary(w => w.Key, w => w.Value with { DType = "BF16", Bytes = Brain(w.Value.ToSingles()) });
        var half = new PortableModel(ModelFormat.Fairseq, "x", source.Description, brains);
        HuggingFaceWriter.Write(_folder.At("hf"), half);
        FairseqWriter.Write(_folder.At("x.pt"), ModelReader.Read(_folder.At("hf")));
        var read = ModelReader.Read(_folder.At("x.pt"));
        foreach (var (parameter, tensor) in brains)
        {
            Assert.Equal("BF16", read.Weights[parameter].DType);
            Assert.Equal(tensor.Bytes.ToArray(), read.Weights[parameter].Bytes.ToArray());
        }
        Assert.Equal("bfloat16", HuggingFaceConfig.ReadObject(_folder.At("hf", "config.json"))["torch_dtype"]!.ToString());
    }

    [Fact]
    public void Views_of_one_storage_are_gathered()
    {
        // a storage of 0..23 seen as [2, 3, 4] turned to [4, 2, 3] from element 0, every second row, and a scalar
        var numbers = Enumerable.Range(0, 24).SelectMany(i => BitConverter.GetBytes((float)i)).ToArray();
        var pickle = new CraftedPickle().Raw("}").Text("turned").Tensor("0", 24, 0, [4, 2, 3], [1, 12, 4]).Raw("s")
            .Text("second").Tensor("0", 24, 4, [2, 4], [8, 1]).Raw("s").Text("scalar").Tensor("0", 24, 7, [], []).Raw("s").Text("none")
            .Tensor("0", 24, 24, [0, 3], [3, 1]).Raw("s").Stop();
        CraftedPickle.WriteZip(_folder.At("x.pt"), pickle, ("archive/data/0", numbers));
        using var file = TorchFile.Open(_folder.At("x.pt"), []);
        float[] Values(string name) => file.Read(name, (TorchTensor)PlainValue.Item(file.Root, name)!).ToSingles();
        Assert.Equal(from k in Enumerable.Range(0, 4)
                     from i in Enumerable.Range(0, 2)
                     from j in Enumerable.Range(0, 3)
                     select (float)((i * 12) + (j * 4) + k), Values("turned"));
        Assert.Equal([4f, 5, 6, 7, 12, 13, 14, 15], Values("second"));
        Assert.Equal([7f], Values("scalar"));
        Assert.Empty(Values("none"));
    }

    public void Dispose() => _folder.Dispose();

    private static PortableModel Source(string name) => ModelReader.Read(Directory.GetFiles(Fixtures.At(name), "checkpoint_init*.pt")[0]);

    private static void Same(PortableModel source, PortableModel read)
    {
        Assert.Equivalent(source.Description.Model, read.Description.Model, strict: true);
        Assert.Equal(source.Description.Task.Normalize, read.Description.Task.Normalize);
        Assert.All(source.Weights, w => Assert.Equal(w.Value.Bytes.ToArray(), read.Weights[w.Key].Bytes.ToArray()));
    }

    /// <summary>Both groups' settings as plain values by fairseq's keys.</summary>
    private static Dictionary<string, object?> Flat(PortableModel source)
    {
        var flat = new Dictionary<string, object?>();
        using var json = System.Text.Json.JsonSerializer.SerializeToDocument(source.Description, ModelDescription.Json);
        foreach (var group in new[] { "task", "model" })
        {
            foreach (var entry in json.RootElement.GetProperty(group).EnumerateObject().Where(e => e.Name != "name"))
            {
                flat[entry.Name] = entry.Value.ValueKind switch
                {
                    System.Text.Json.JsonValueKind.String => entry.Value.GetString(),
                    System.Text.Json.JsonValueKind.Number => entry.Value.GetDouble(),
                    System.Text.Json.JsonValueKind.True => true,
                    System.Text.Json.JsonValueKind.False => false,
                    System.Text.Json.JsonValueKind.Array => entry.Value.EnumerateArray().Select(v => (object?)v.GetString()).ToList(),
                    _ => null,
                };
            }
        }
        return flat;
    }

    private static byte[] Brain(float[] values) =>
        [.. values.SelectMany(v => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)))];
}
