using HubertSharp.Interop;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Pretraining;
using HubertSharp.Runs;
using HubertSharp.Tests.Interop.Fairseq;
using HubertSharp.Tests.Models;

namespace HubertSharp.Tests.Pretraining;

public sealed class StartingPointTests : IDisposable
{
    private readonly TinyRun _run = new();
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notices = [];

    /// <summary>Through fairseq's file and back: the run goes on as if it had never left, layer drop's uneven steps included.</summary>
    [Theory]
    [InlineData("checkpoint.pt")]
    [InlineData("native")]
    public void Restore_file_goes_on_as_if_nothing_had_happened(string form)
    {
        string[] settings = ["model.encoder_layerdrop=0.4", "common.bf16=false", "common.fp16=false"];
        _run.Train(null, settings);
        var expected = ModelReader.Read(_run.Folder, withTraining: true);

        using var other = new TinyRun();
        other.Train(new PretrainingOptions { StopAfterUpdate = 4 }, settings);
        var start = other.Folder;
        if (form != "native")
            ModelConverter.Run(new ConversionOptions
            {
                Input = other.Folder,
                Output = start = _folder.At(form),
                Format = ModelFormat.Fairseq,
            });
        using var third = new TinyRun();
        third.Train(Options(), [.. settings, $"checkpoint.restore_file={start}"]);

        Assert.Contains(_notices, n => n.Contains("going on from update 4"));
        var went = ModelReader.Read(third.Folder, withTraining: true);
        Assert.Equal(expected.Training!.AdamSteps, went.Training!.AdamSteps);
        Assert.Equal(expected.Training.LayerSkips, went.Training.LayerSkips);
        foreach (var (name, tensor) in expected.Weights)
        {
            Assert.Equal(tensor.Bytes.ToArray(), went.Weights[name].Bytes.ToArray());
            Assert.Equal(expected.Training.Moments![name].Second.Bytes.ToArray(), went.Training.Moments![name].Second.Bytes.ToArray());
        }
        Assert.Equal(_run.MetricsWithoutClock()[^1], third.MetricsWithoutClock()[^1]);

        // the folder's own checkpoints win from now on
        _notices.Clear();
        third.Train(Options(), [.. settings, $"checkpoint.restore_file={start}"]);
        Assert.DoesNotContain(_notices, n => n.Contains("going on from update 4"));
    }

    [Fact]
    public void Finetune_from_model_takes_the_weights_alone()
    {
        _run.Train(new PretrainingOptions { StopAfterUpdate = 3 });
        var source = ModelReader.Read(_run.Folder);
        ModelConverter.Run(new ConversionOptions { Input = _run.Folder, Output = _folder.At("hf"), Format = ModelFormat.HuggingFace });
        using var other = new TinyRun();
        other.Train(Options() with { StopAfterUpdate = 1 }, $"checkpoint.finetune_from_model={_folder.At("hf")}");
        Assert.Contains(_notices, n => n.Contains("label embeddings included"));
        var read = ModelReader.Read(other.Folder);
        Assert.Equal(1, read.Training!.Updates);
        // the first update has learning rate 0
        Assert.All(source.Weights, w => Assert.Equal(w.Value.Bytes.ToArray(), read.Weights[w.Key].Bytes.ToArray()));
    }

    /// <summary>English weights on Chinese labels: the encoder stays, what names clusters is drawn anew.</summary>
    [Theory]
    [InlineData("more classes")]
    [InlineData("said to be new")]
    [InlineData("other dictionary")]
    public void New_label_sets_get_a_new_prediction_head(string why)
    {
        _run.Train(new PretrainingOptions { StopAfterUpdate = 3 });
        var source = ModelReader.Read(_run.Folder);
        ModelConverter.Run(new ConversionOptions { Input = _run.Folder, Output = _folder.At("x.pt"), Format = ModelFormat.Fairseq });
        using var other = new TinyRun();
        var dictionary = Path.Combine(other.Data, "dict.km.txt");
        if (why == "more classes")
            File.AppendAllText(dictionary, "extra 0\n");
        else if (why == "other dictionary")
            File.WriteAllLines(dictionary, File.ReadAllLines(dictionary).Reverse());
        other.Train(Options() with { StopAfterUpdate = 1, NewLabels = why == "said to be new" },
            $"checkpoint.restore_file={_folder.At("x.pt")}");
        Assert.Contains(_notices, n => n.Contains("label embeddings and final projection are new"));
        Assert.Contains(_notices, n => n.Contains("the optimizer starts anew"));
        var read = ModelReader.Read(other.Folder);
        Assert.Equal(1, read.Training!.Updates);
        foreach (var (name, tensor) in read.Weights)
        {
            var same = tensor.Shape.SequenceEqual(source.Weights[name].Shape)
                && tensor.Bytes.Span.SequenceEqual(source.Weights[name].Bytes.Span);
            Assert.Equal(!FairseqReader.IsPredictionHead(name), same);
        }
    }

    [Fact]
    public void What_cannot_work_is_told_in_one_line()
    {
        _run.Train(new PretrainingOptions { StopAfterUpdate = 2 });
        using var other = new TinyRun();
        string Fault(params string[] overrides) => Assert.Throws<UserException>(() => other.Train(null, overrides)).Message;
        var model = _run.Folder;
        Assert.Contains("two starting points", Fault($"checkpoint.finetune_from_model={model}", $"checkpoint.restore_file={model}"));
        Assert.Contains("two starting points", Fault($"checkpoint.finetune_from_model={model}", "checkpoint.reset_optimizer=true"));
        var architecture = Fault($"checkpoint.finetune_from_model={model}", "model.encoder_attention_heads=4",
            "model.layer_norm_first=true");
        Assert.Contains("model.encoder_attention_heads=2", architecture);
        Assert.Contains("model.layer_norm_first=false", architecture);
        Assert.Contains("no model here", Fault($"checkpoint.finetune_from_model={_folder.At("absent.pt")}"));
        Assert.Contains("nothing is left to train", Fault($"checkpoint.restore_file={model}", "optimization.max_update=2"));
        // weights alone start at update 0
        other.Train(Options(), $"checkpoint.restore_file={model}", "checkpoint.reset_optimizer=true", "optimization.max_update=2");
    }

    /// <summary>Whatever the fixtures hold can be trained on with the labels that lie beside it.</summary>
    [Trait("Part", "golden"), Theory, MemberData(nameof(FairseqGoldenTests.Checkpoints), MemberType = typeof(FairseqGoldenTests))]
    public void Every_checkpoint_goes_on(string name, string file)
    {
        using var tiny = new TinyModel(name);
        var read = ModelReader.Read(tiny.At(file));
        var data = _folder.At("data");
        Directory.CreateDirectory(data);
        var lines = File.ReadAllLines(tiny.At("train.tsv"));
        lines[0] = tiny.At("wav");
        foreach (var split in (string[])["train", "valid"])
        {
            File.WriteAllLines(Path.Combine(data, $"{split}.tsv"), lines);
            foreach (var label in tiny.Task.Labels)
                File.Copy(tiny.At($"train.{label}"), Path.Combine(data, $"{split}.{label}"));
        }
        foreach (var label in tiny.Task.Labels)
            File.Copy(tiny.At($"dict.{label}.txt"), Path.Combine(data, $"dict.{label}.txt"));
        var model = tiny.Config;
        using var run = new TinyRun();
        string[] overrides =
        [
            $"task.data={data}", $"task.label_dir={data}", $"task.labels=[{string.Join(",", tiny.Task.Labels)}]",
            $"model.label_rate={tiny.Task.LabelRate}", $"task.normalize={tiny.Task.Normalize}",
            $"model.extractor_mode={model.ExtractorMode}", $"model.encoder_layers={model.EncoderLayers}",
            $"model.encoder_embed_dim={model.EncoderEmbedDim}",
            $"model.encoder_ffn_embed_dim={model.EncoderFfnEmbedDim}", $"model.encoder_attention_heads={model.EncoderAttentionHeads}",
            $"model.layer_norm_first={model.LayerNormFirst}",
            $"model.final_dim={model.FinalDim}", $"model.untie_final_proj={model.UntieFinalProj}", $"model.conv_bias={model.ConvBias}",
            $"model.conv_pos={model.ConvPos}",
            $"model.conv_pos_groups={model.ConvPosGroups}",
            $"model.conv_feature_layers='{Runs.Configuration.Groups.ConvLayerSpec.Format(model.ConvFeatureLayers)}'",
            $"optimization.max_update={read.Training!.Updates + 2}", $"checkpoint.restore_file={tiny.At(file)}",
        ];
        // labels shorter than the features are part of the fixtures
        var summary = run.Train(Options() with { ForceLabels = true }, overrides);
        Assert.True(summary.Finished);
        Assert.Contains(_notices,
            n => n.Contains(read.Training.Updates > 0
                ? $"going on from update {read.Training.Updates}"
                : "Adam and the learning rate start anew"));
    }

    public void Dispose()
    {
        _run.Dispose();
        _folder.Dispose();
    }

    private PretrainingOptions Options() => new() { Notice = _notices.Add };
}
