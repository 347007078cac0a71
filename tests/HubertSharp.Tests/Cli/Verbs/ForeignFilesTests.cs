using System.CommandLine;
using System.Text;
using HubertSharp.Cli;

namespace HubertSharp.Tests.Cli.Verbs;

/// <summary>
/// Every verb that writes files, with a file of the user in the place of each that it would write: it is refused in one line and stays as
/// it is, or is kept under another name.
/// </summary>
[Collection("alone")]
public sealed class ForeignFilesTests(MadeInputs made)
{
    private const string Pretrain = "pretrain --config-dir @/conf --config-name tiny --run @/out task.data=@/data task.label_dir=@/labels "
        + "optimization.max_update=2 dataset.validate_interval_updates=1";

    private static readonly byte[] s_recording = [.. "RIFF\u0024\u0000\u0000\u0000WAVEfmt mine"u8, .. new byte[200]];
    private static readonly byte[] s_manifest = Encoding.UTF8.GetBytes("/of/mine\na.wav\t16000\n");

    /// <summary>Options that name a file or folder to write, and verbs whose argument does.</summary>
    private static readonly string[] s_names = ["--out", "--html", "--png", "--run"];

    /// <summary>They own their folders by stamps: CorpusFolderTests, PipelineFoldersTests, StageFoldersTests.</summary>
    private static readonly string[] s_elsewhere = ["corpus get --out", "pipeline --out", "demo --out"];

    private static readonly (string Line, string Inputs)[] s_cases =
    [
        ("manifest @/plain --out @/out", "plain"),
        ("manifest @/libri --out @/out", "libri"),
        ("manifest @/kaldi --out @/out", "kaldi"),
        ("manifest @/shards --out @/out", "shards"),
        ("corpus split-long @/data/train.tsv --out @/out --min-seconds 0.2 --max-seconds 2", "data"),
        ("features mfcc --manifest @/data/train.tsv --out @/out", "data"),
        ("features fbank --manifest @/data/train.tsv --out @/fbank", "data"),
        ("features hubert --manifest @/data/train.tsv --out @/out --model @/run --layer 1", "data run"),
        ("kmeans fit --features @/features --clusters 4 --starts 1 --out @/out.safetensors", "features"),
        ("kmeans apply --features @/features --split valid --model @/km.safetensors --out @/out/valid.km", "features km.safetensors"),
        ("kmeans import @/km1.safetensors --model @/run --layer 1 --out @/out.safetensors", "km1.safetensors run"),
        (Pretrain, "conf data labels"),
        ("labels text --manifest @/data/train.tsv @/data/valid.tsv --transcripts @/texts/train.txt @/texts/valid.txt --out @/out",
            "data texts"),
        ("finetune --config-name finetune_small_cpu --run @/out task.data=@/data task.label_dir=@/letters model.w2v_path=@/run "
            + "model.apply_mask=false model.freeze_finetune_updates=0 optimization.max_update=2 task.min_sample_size=null "
            + "dataset.required_batch_size_multiple=1 dataset.validate_interval_updates=1", "data letters run"),
        ("convert @/hf @/out.pt --to fairseq --force", "hf"),
        ("convert @/run @/out.onnx --to onnx --force", "run"),
        ("convert @/run @/out --to huggingface --force", "run"),
        ("onnx @/onnx/encoder.onnx @/plain/a.wav --layer 1 --out @/out", "onnx plain"),
        ("transcribe @/plain/a.wav @/plain/c.ogg --model @/ctc-hf --out @/out", "ctc-hf plain"),
        ("tokenizer encode @/plain/a.wav @/plain/c.ogg --model @/tokenizer --format packed --out @/out --force", "tokenizer plain"),
        ("tokenizer encode @/plain/a.wav --model @/tokenizer --format json --out @/out --force", "tokenizer plain"),
        ("tokenizer decode @/codes --model @/tokenizer --out @/out --force", "tokenizer codes"),
        ("tokenizer resynthesise @/plain/a.wav --model @/tokenizer --format flac --out @/out --force", "tokenizer plain"),
        ("tokenizer convert @/tokenizer @/out --force", "tokenizer"),
        ("tokenizer convert @/tokenizer @/out --to onnx --force", "tokenizer"),
        ("tokenizer evaluate @/tokenizer --manifest @/data/train.tsv --quantizers 1 --out @/out --examples 1", "tokenizer data"),
        ("tokenizer train tokenizer_small_cpu --out @/out task.data=@/data task.teacher=mfcc task.segment_size=3200 "
            + "optimization.max_update=1 lr_scheduler.warmup_updates=0 dataset.validate_interval_updates=1 dataset.max_valid_steps=1 "
            + "dataset.batch_size=2 model.n_filters=2 model.dimension=8 model.codebook_size=8 model.n_q=2 model.stft_filters=1 "
            + "model.stft_windows=[64]", "data"),
        ("abx items --reference @/data/alignment.tsv --manifest @/data/train.tsv --context none --out @/out.item", "data"),
        ("probe --task phone --manifest @/data/train.tsv --test @/data/valid.tsv --reference @/data/alignment.tsv "
            + "--features mfcc --steps 2 "
            + "--count-unseen --out @/out", "data"),
        ("lm train @/texts/lines.txt --discount-fallback --out @/out.arpa", "texts"),
        ("lm convert @/lm/a.arpa --out @/out.bin", "lm"),
        ("doctor @/run --html @/out.html --png @/out", "run data labels"),
    ];

    [Fact]
    public void Every_option_that_names_a_file_to_write_is_tried()
    {
        var writing = Verbs(HubertSharp.Cli.Program.CreateRoot(), "")
            .Where(verb => verb.Command.Options.Any(option => s_names.Contains(option.Name))
                || verb.Command.Arguments.Any(argument => argument.Name == "OUT"))
            .SelectMany(verb => verb.Command.Options.Where(o => s_names.Contains(o.Name)).Select(o => $"{verb.Name} {o.Name}")
                .DefaultIfEmpty(verb.Name));
        foreach (var verb in writing.Except(s_elsewhere))
            Assert.Contains(s_cases, c => verb.Split(" --") is [var name, .. var option]
                && c.Line.StartsWith(name, StringComparison.Ordinal)
                && option.All(o => c.Line.Contains($"--{o} ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_file_of_the_user_in_the_place_of_an_output_is_never_lost()
    {
        var inputs = made.Inputs;
        var faults = new List<string>();
        var tried = 0;
        foreach (var (line, needs) in s_cases)
        {
            var outputs = Outputs(line, needs, inputs);
            Assert.NotEmpty(outputs);
            foreach (var output in outputs)
            {
                var (kind, bytes) = tried++ % 2 == 0 ? ("a recording", s_recording) : ("a manifest", s_manifest);
                if (Try(line, needs, inputs, output, bytes) is { } fault)
                    faults.Add($"{line}: {kind} in the place of {output}: {fault}");
            }
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{tried} files");
        Assert.True(faults.Count == 0, $"{faults.Count} of {tried}\n{string.Join('\n', faults)}");
    }

    private string? Try(string line, string needs, string inputs, string output, byte[] bytes)
    {
        var place = made.Place;
        try
        {
            new VerbCase(line, needs).Copy(inputs, place);
            var path = Path.Combine(place, output);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
            var result = HubertInside.Run(place, new VerbCase(line, needs).Arguments(place), untilDone: true);
            if (result.Fault() is { } fault)
                return $"{fault}\n{result.Error}";
            var stays = File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes);
            if (result.ExitCode == CommandHost.UserFault)
                return stays ? null : "refused, and changed";
            return Directory.EnumerateFiles(place, "*", SearchOption.AllDirectories).Any(file => StartsWith(file, bytes)) ? null : "lost";
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    /// <summary>What the command writes when nothing is in its way: some of its files, the first and last of each folder.</summary>
    private List<string> Outputs(string line, string needs, string inputs)
    {
        var place = made.Place;
        var before = new VerbCase(line, needs).Copy(inputs, place).ToHashSet(StringComparer.Ordinal);
        var result = HubertInside.Run(place, new VerbCase(line, needs).Arguments(place), untilDone: true);
        Assert.True(result.ExitCode == CommandHost.Done, $"{line}: {result.Error}");
        var outputs = Directory.EnumerateFiles(place, "*", SearchOption.AllDirectories).Where(file => !before.Contains(file))
            .Where(file => !file.Contains("tfevents", StringComparison.Ordinal)
                && !file.Contains("/checkpoints/", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(place, file))
            .GroupBy(file => (Path.GetDirectoryName(file), Path.GetExtension(file)))
            .SelectMany(folder => new[] { folder.Min(StringComparer.Ordinal)!, folder.Max(StringComparer.Ordinal)! }.Distinct())
            .ToList();
        Directory.Delete(place, recursive: true);
        return outputs;
    }

    private static bool StartsWith(string path, byte[] bytes)
    {
        var start = new byte[bytes.Length];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.AsSpan().SequenceEqual(bytes);
    }

    private static IEnumerable<(string Name, Command Command)> Verbs(Command command, string name) =>
        command.Subcommands.SelectMany(c => Verbs(c, $"{name} {c.Name}".Trim())).Append((name, command));
}
