using System.Text;
using HubertSharp.Cli;

namespace HubertSharp.Tests.Cli;

/// <summary>The real program, given names, keys and labels that a terminal would obey.</summary>
[Trait("Part", "e2e")]
public sealed class TerminalTests : IDisposable
{
    private const string Evil = "\u001b[2J\u001b]0;title\u0007\u009b31m\u202eabc\u200b";
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Nothing_that_a_terminal_obeys_is_printed()
    {
        var quoted = "\"\\e[2J\\e]0;title\\a\\x9b31m\\u202eabc\\u200b\"";
        _folder.Write("recipe.yaml", $"name: {quoted}\n{quoted}: 1\ncorpus: {quoted}\n");
        _folder.Write("config.yaml", $"task:\n  data: {quoted}\n  label_dir: x\nmodel:\n  label_rate: 100\n");
        _folder.Write("keys.yaml", $"task:\n  {quoted}: {quoted}\n");
        _folder.Write("log.jsonl", $"{{\"update\": 1, \"train_loss\": 7.0}}\n{Evil}\n{{\"update\": 2, \"train_loss\": 6.0}}\n");
        SmallCorpus.Write(_folder.At($"data{Evil}"), 2, 1);
        _folder.Write("labels.km", $"0 {Evil} 1\n1\n");
        _folder.Write($"audio/{Evil}\nhubert: all is well.wav", "no audio");
        var manifest = Path.Combine(_folder.At($"data{Evil}"), "train.tsv");
        foreach (var command in new string[][]
        {
            ["pipeline", _folder.At("recipe.yaml"), "--out", _folder.At("o")],
            ["config", "show", _folder.At("config.yaml")],
            ["config", "show", _folder.At("config.yaml"), "--json"],
            ["config", "show", _folder.At("keys.yaml")],
            ["doctor", _folder.At("log.jsonl")],
            ["doctor", _folder.At($"no{Evil}such")],
            ["manifest", _folder.At("audio"), "--out", _folder.At("m")],
            ["labels", "check", "--manifest", manifest, "--labels", _folder.At("labels.km"), "--label-rate", "100"],
            ["features", "mfcc", "--manifest", manifest, "--out", _folder.At($"features{Evil}")],
            ["convert", _folder.At($"no{Evil}such"), _folder.At("x"), "--to", "onnx"],
            ["labels", Evil],
            [Evil],
        })
        {
            var script = string.Join(' ', command.Select(argument => $"'{argument}'"));
            HubertProcess.RunShell(["sh", "-c"], $"$HUBERT {script} > {_folder.At("printed")} 2>&1");
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(_folder.At("printed")));
            Assert.NotEmpty(text);
            Assert.True(text.All(c => c is '\n' || (!char.IsControl(c) && c is not ('\u202e' or '\u200b'))),
                $"{command[0]}: {string.Concat(text.Select(c => char.IsControl(c) && c != '\n' ? $"<{(int)c:x}>" : $"{c}"))}");
            Assert.DoesNotContain("\nhubert: all is well", text);
        }
    }

    [Fact]
    public void A_recipe_of_3000_faults_prints_ten_and_the_count()
    {
        _folder.Write("many.yaml", "name: a\ncorpus: b\n" + string.Concat(Enumerable.Range(0, 3000).Select(i => $"key{i}: 1\n")));
        var result = HubertProcess.Run("pipeline", _folder.At("many.yaml"), "--out", _folder.At("o"));
        Assert.Equal(CommandHost.UserFault, result.ExitCode);
        Assert.InRange(result.Error.Length, 200, 2010);
        Assert.StartsWith("hubert: 3,001 faults in the recipe: (1) ", result.Error, StringComparison.Ordinal);
        Assert.EndsWith("; and 2,991 more\n", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
