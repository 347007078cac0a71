using System.IO.Compression;
using HubertSharp.Interop;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Interop.HuggingFace;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Pickle;

namespace HubertSharp.Tests.Interop;

/// <summary>Every model of the fixtures through every form and back.</summary>
[Trait("Part", "golden")]
public sealed class ConversionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<TheoryDataRow<string>> Models() =>
        Fixtures.Matching("*")
            .SelectMany(name => Directory.GetFiles(Fixtures.At(name), "checkpoint_*.pt")
                .Concat(Directory.GetDirectories(Fixtures.At(name), "hf*")).Append(Fixtures.At(name)))
            .Where(path => path.EndsWith(".pt", StringComparison.Ordinal)
                || File.Exists(Path.Combine(path, "config.json")) && HuggingFaceReader.WeightsOf(path) is not null)
            .Where(path => Path.GetFileName(path) != "transformers_distil") // has no form in fairseq: VariantGoldenTests
            .Select(path => new TheoryDataRow<string>(Path.GetRelativePath(Fixtures.Folder, path)));

    [Theory, MemberData(nameof(Models))]
    public void There_and_back_is_bit_equal(string model)
    {
        var source = ModelReader.Read(Fixtures.At(model));
        var previous = Fixtures.At(model);
        foreach (var (format, name) in new[]
        {
            (ModelFormat.HuggingFace, "hf"), (ModelFormat.Fairseq, "a/x.pt"), (ModelFormat.Native, "native"),
            (ModelFormat.HuggingFace, "hf2"),
            (ModelFormat.Native, "native2"), (ModelFormat.Fairseq, "b/y.pt"),
        })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(name))!);
            var options = new ConversionOptions
            {
                Input = previous,
                Output = _folder.At(name),
                Format = format,
                LegacyWeightNorm = name == "hf2",
                TorchFile = name == "hf2",
                DictionaryObjects = name == "b/y.pt",
            };
            var report = ModelConverter.Run(options);
            Assert.Equal(report.Tensors, report.BitEqualTensors);
            Assert.Equal(0, report.LargestError);
            previous = _folder.At(name);

            var read = ModelReader.Read(previous);
            Assert.Equal(source.Weights.Keys, read.Weights.Keys);
            foreach (var (parameter, tensor) in source.Weights)
                Assert.Equal(tensor.ToSingles(), read.Weights[parameter].ToSingles());
            Assert.Equivalent(source.Description.Model, read.Description.Model);
            Assert.Equal(source.Description.Task.Normalize, read.Description.Task.Normalize);
            Assert.Equal(source.Description.Classes, read.Description.Classes);
            Assert.Equal(source.Ctc?.Tokens, read.Ctc?.Tokens);
            Assert.Equal(source.Ctc?.Weight.Bytes.ToArray(), read.Ctc?.Weight.Bytes.ToArray());
            Assert.Equal(source.Ctc?.Bias.Bytes.ToArray(), read.Ctc?.Bias.Bytes.ToArray());
            Assert.Equal(ModelIdentity.Of(source), ModelIdentity.Of(read));
        }
    }

    /// <summary>What transformers would write is what we write: names, shapes, types and bytes.</summary>
    [Theory, MemberData(nameof(Models))]
    public void A_folder_has_the_tensors_that_it_was_read_from(string model)
    {
        var path = Fixtures.At(model);
        if (!File.Exists(Path.Combine(path, HuggingFaceReader.SafetensorsName)))
            return;
        ModelConverter.Run(new ConversionOptions { Input = path, Output = _folder.At("hf"), Format = ModelFormat.HuggingFace });
        var (expected, written) = (SafetensorsFile.Read(Path.Combine(path, HuggingFaceReader.SafetensorsName)),
            SafetensorsFile.Read(_folder.At("hf", HuggingFaceReader.SafetensorsName)));
        Assert.Equal(expected.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal),
            written.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.Equal("pt", written.Metadata["format"]);
        foreach (var tensor in expected.Tensors)
        {
            Assert.Equal(tensor.Shape, written[tensor.Name].Shape);
            Assert.Equal(tensor.Bytes.ToArray(), written[tensor.Name].Bytes.ToArray());
        }
        var (was, now) = (HuggingFaceConfig.ReadObject(Path.Combine(path, "config.json")),
            HuggingFaceConfig.ReadObject(_folder.At("hf", "config.json")));
        foreach (var key in new[]
        {
            "hidden_size", "num_hidden_layers", "conv_dim", "conv_kernel", "conv_stride", "conv_bias", "do_stable_layer_norm",
            "feat_extract_norm", "num_conv_pos_embeddings", "num_conv_pos_embedding_groups", "num_attention_heads", "intermediate_size",
            "model_type", "architectures", "pad_token_id",
        })
            Assert.Equal(was[key]!.ToJsonString().Replace(" ", ""), now[key]!.ToJsonString().Replace(" ", ""));
        foreach (var key in new[] { "do_normalize", "return_attention_mask", "sampling_rate", "feature_extractor_type" })
            Assert.Equal(HuggingFaceConfig.ReadObject(Path.Combine(path, "preprocessor_config.json"))[key]!.ToJsonString(),
                HuggingFaceConfig.ReadObject(_folder.At("hf", "preprocessor_config.json"))[key]!.ToJsonString());
        Assert.StartsWith("---\nlibrary_name: transformers\n", File.ReadAllText(_folder.At("hf", "README.md")));
    }

    /// <summary>What <c>torch.load(weights_only=True)</c> lets through: its own names and plain containers.</summary>
    [Theory, MemberData(nameof(Models))]
    public void A_pt_names_nothing_but_tensors(string model)
    {
        ModelConverter.Run(new ConversionOptions { Input = Fixtures.At(model), Output = _folder.At("x.pt"), Format = ModelFormat.Fairseq });
        using var zip = ZipFile.OpenRead(_folder.At("x.pt")); // checks sums and sizes
        using var pickle = new MemoryStream();
        foreach (var entry in zip.Entries)
        {
            using var content = entry.Open();
            content.CopyTo(entry.Name == "data.pkl" ? pickle : Stream.Null);
        }
        var policy = new PicklePolicy
        {
            Globals = new HashSet<string>
            {
                "torch._utils._rebuild_tensor_v2", "collections.OrderedDict", "torch.FloatStorage", "torch.HalfStorage",
                "torch.BFloat16Storage", "torch.LongStorage",
            },
            Persistent = id => id,
        };
        var root = PlainValue.Map(RestrictedPickle.Read(new PickleInput("x.pt", pickle.ToArray()), policy))!;
        Assert.All(["args", "cfg", "model", "optimizer_history", "task_state", "extra_state", "last_optimizer_state"],
            key => Assert.Contains(root.Pairs, pair => pair.Key as string == key));
    }

    [Fact]
    public void Nothing_is_replaced_unasked_and_nothing_of_others_is_lost()
    {
        var input = Fixtures.At(Models().First().Data);
        var options = new ConversionOptions { Input = input, Output = _folder.At("out"), Format = ModelFormat.HuggingFace };
        _folder.Write("out/notes.txt", "mine");
        Assert.Contains("--force", Assert.Throws<UserException>(() => ModelConverter.Run(options)).Message);
        ModelConverter.Run(options with { Force = true, TorchFile = true });
        Assert.True(File.Exists(_folder.At("out", "pytorch_model.bin")));
        ModelConverter.Run(options with { Force = true });
        Assert.False(File.Exists(_folder.At("out", "pytorch_model.bin"))); // it would be another model's
        Assert.Equal("mine", File.ReadAllText(_folder.At("out", "notes.txt")));
        Assert.Equal(["out"], Directory.GetFileSystemEntries(_folder.At()).Select(Path.GetFileName));
    }

    [Fact]
    public void A_dictionary_of_another_model_is_not_replaced()
    {
        var input = Fixtures.At(Models().Select(m => m.Data).First(path => path.EndsWith(".pt", StringComparison.Ordinal)));
        var label = ModelReader.Read(input).Description.Task.Labels[0];
        _folder.Write($"dict.{label}.txt", "0 1\n");
        var options = new ConversionOptions { Input = input, Output = _folder.At("x.pt"), Format = ModelFormat.Fairseq };
        Assert.Contains($"dict.{label}.txt", Assert.Throws<UserException>(() => ModelConverter.Run(options)).Message);
        Assert.False(File.Exists(_folder.At("x.pt")));
        ModelConverter.Run(options with { Force = true });
    }

    [Fact]
    public void What_is_not_equivalent_is_not_kept()
    {
        var input = Fixtures.At(Models().First().Data);
        var options = new ConversionOptions { Input = input, Output = _folder.At("out"), Format = ModelFormat.Native, Tolerance = -1 };
        Assert.Contains("not equivalent", Assert.Throws<UserException>(() => ModelConverter.Run(options)).Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.At()));
        Assert.True(double.IsNaN(OutputDifference.Of("x", [1, 2], [float.NaN, 2]).MaxDifference));
    }

    public void Dispose() => _folder.Dispose();
}
