using System.Text.Json;
using HubertSharp.Finetuning;
using HubertSharp.Interop;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration;
using HubertSharp.Tensors;

namespace HubertSharp.Tests.Finetuning;

/// <summary>One case of the fixtures' <c>finetune</c>: data, configuration and model as its files say.</summary>
internal sealed class FinetuneFixture : IDisposable
{
    private const string Prefix = "w2v_encoder.", Inner = Prefix + "w2v_model.";
    private readonly TemporaryFolder _folder = new();
    private readonly JsonDocument _expected;

    public FinetuneFixture(string name)
    {
        Name = name;
        _expected = JsonDocument.Parse(File.ReadAllText(At("expected.json")));
        Tensors = SafetensorsFile.Read(At("tensors.safetensors"));
        Parameters = SafetensorsFile.Read(At("init_params.safetensors"));
        Data = _folder.At("data");
        Directory.CreateDirectory(Data);
        foreach (var split in (string[])["train", "valid"])
        {
            var lines = File.ReadAllLines(At($"{split}.tsv"));
            lines[0] = At("wav").TrimEnd('/');
            if (!File.Exists(Path.Combine(lines[0], lines[1].Split('\t')[0])))
                lines[0] = At(File.ReadLines(At($"{split}.tsv")).First());
            File.WriteAllLines(Path.Combine(Data, $"{split}.tsv"), lines);
            File.WriteAllLines(Path.Combine(Data, $"{split}.ltr"), Transcripts());
        }
        File.Copy(At("dict.ltr.txt"), Path.Combine(Data, "dict.ltr.txt"));
        WriteModel();
    }

    public string Name { get; }

    public string Data { get; }

    public string Model => _folder.At("model");

    public JsonElement Expected => _expected.RootElement;

    public SafetensorsFile Tensors { get; }

    /// <summary>The whole model before update 1 under fairseq's names.</summary>
    public SafetensorsFile Parameters { get; }

    /// <summary>Which clip a row of the batch is.</summary>
    public int[] BatchOrder => [.. Expected.GetProperty("batch_order").EnumerateArray().Select(e => e.GetInt32())];

    public static IEnumerable<TheoryDataRow<string>> Names() =>
        Directory.GetDirectories(Fixtures.At("finetune")).Select(d => Path.GetFileName(d)!)
            .Where(name => File.Exists(Fixtures.At("finetune", name, "expected.json"))).Order(StringComparer.Ordinal)
            .Select(name => new TheoryDataRow<string>(name));

    /// <summary>
    /// What fairseq trained on, clip by clip: it cuts lines by their bytes and reads characters, so that a line that is not ASCII runs on
    /// into the next ones. The numbers are those of these texts.
    /// </summary>
    private IEnumerable<string> Transcripts()
    {
        var symbols = Expected.GetProperty("dictionary").EnumerateArray().Select(e => e.GetString()!).ToArray();
        var targets = CtcKernelGoldenTests.Targets(Tensors["target"], Tensors["target_lengths"].ToLongs());
        return BatchOrder.Zip(targets).OrderBy(row => row.First).Select(row => string.Join(' ', row.Second.Select(c => symbols[c])));
    }

    public string At(params string[] parts) => Fixtures.At(["finetune", Name, .. parts]);

    public string Folder(string name) => _folder.At(name);

    /// <summary>What makes base_10h this case, without masks and dropouts.</summary>
    public string[] Overrides
    {
        get
        {
            var config = Expected.GetProperty("config");
            var schedule = config.GetProperty("tri_stage");
            string Text(string key) => config.GetProperty(key).GetRawText();
            return
            [
                $"task.data={Data}", $"task.label_dir={Data}", $"model.w2v_path={Model}",
                $"checkpoint.save_dir={_folder.At("run")}/checkpoints",
                $"task.normalize={Text("normalize")}", "task.pad_audio=true", "task.random_crop=false",
                $"optimization.lr=[{Text("lr")}]", $"optimization.clip_norm={Text("clip_norm")}", "optimization.max_update=5",
                $"optimizer.adam_eps={Text("adam_eps")}", $"optimizer.weight_decay={Text("weight_decay")}",
                $"lr_scheduler.warmup_steps={schedule.GetProperty("warmup_steps")}",
                $"lr_scheduler.hold_steps={schedule.GetProperty("hold_steps")}",
                $"lr_scheduler.decay_steps={schedule.GetProperty("decay_steps")}",
                $"lr_scheduler.final_lr_scale={schedule.GetProperty("final_lr_scale").GetRawText()}",
                $"lr_scheduler.init_lr_scale={schedule.GetProperty("init_lr_scale").GetRawText()}",
                $"model.feature_grad_mult={Text("feature_grad_mult")}", "model.apply_mask=false", "model.layerdrop=0",
                "model.activation_dropout=0", "model.freeze_finetune_updates=0", "dataset.required_batch_size_multiple=1",
                "common.fp16=false", "common.cpu=true", "common.log_interval=1", "dataset.validate_interval=1",
            ];
        }
    }

    public ResolvedConfig<FinetuningConfig> Config(params string[] overrides) =>
        ConfigLoader.Load<FinetuningConfig>("base_10h", [.. Overrides, .. overrides]);

    /// <summary>A store's name of one of fairseq's.</summary>
    public static string OurName(string name) =>
        name.StartsWith(Inner, StringComparison.Ordinal) ? name[Inner.Length..] : name[Prefix.Length..];

    /// <summary>Fairseq's name of one of a store's.</summary>
    public static string FairseqName(string name) => (name.StartsWith("proj.", StringComparison.Ordinal) ? Prefix : Inner) + name;

    /// <summary>The model as a fairseq file would leave it, with the case's own output layer.</summary>
    public FinetunedModel Load(FinetuningConfig config)
    {
        var source = ModelReader.Read(Model);
        var model = new FinetunedModel(config.Model.Over(source.Description.Model), source.Description.Task,
            Expected.GetProperty("dictionary").GetArrayLength(), config.Model.FinalDropout, ComputePrecision.Float32);
        model.Parameters.CopyFrom(info => Parameters[FairseqName(info.Name)].ToSingles());
        return model;
    }

    // the pre-trained file as it is read, then written in our own form with the output layer that the case begins with
    private void WriteModel()
    {
        var read = ModelReader.Read(At("pretrained.pt"));
        var tokens = HubertSharp.Models.Ctc.CtcTokens.FromFairseq(
            [.. Expected.GetProperty("dictionary").EnumerateArray().Select(e => e.GetString()!)]);
        var headless = new HubertSharp.Models.ModelDescription(read.Description.Model, read.Description.Task, []);
        var kept = HubertSharp.Models.HubertParameters.Of(headless.Model, []).Select(spec => spec.Name)
            .Concat(HubertSharp.Models.HubertBuffers.Of(headless.Model).Select(b => b.Name)).ToHashSet();
        HubertSharp.Interop.Native.NativeWriter.Write(Model, new PortableModel(ModelFormat.Native, Model, headless,
            read.Weights.Concat(read.Buffers).Where(w => kept.Contains(w.Key))
                .ToDictionary(w => w.Key,
                    w => Parameters.Contains(Inner + w.Key) ? Parameters[Inner + w.Key] with { Name = w.Key } : w.Value))
        {
            Ctc = new HubertSharp.Models.Ctc.CtcHead(Parameters[Prefix + "proj.weight"], Parameters[Prefix + "proj.bias"], tokens, 0),
        });
    }

    public void Dispose()
    {
        _expected.Dispose();
        _folder.Dispose();
    }
}
