using System.Diagnostics;
using HubertSharp.Audio;
using HubertSharp.Corpora;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;
using HubertSharp.Tests.Audio;

namespace HubertSharp.Tests.Corpora;

public sealed class OddNamesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public OddNamesTests()
    {
        Directory.CreateDirectory(_folder.At("in"));
        AudioFile.Write(_folder.At("in", "ok.wav"), Signals.Noise(8000, 1), 16000);
    }

    /// <summary>Latin-1, GBK, and a whole folder: .NET cannot even say their names.</summary>
    [Fact]
    public void Names_that_are_not_utf8_are_listed_and_stop_nothing()
    {
        Shell(@"cp ok.wav ""$(printf 'latin\351.wav')"" && cp ok.wav ""$(printf '\262\342\312\324.wav')"" "
            + @"&& mkdir ""$(printf 'f\351')"" && cp ok.wav ""$(printf 'f\351/a.wav')"" && cp ok.wav 音.wav");
        var report = ManifestBuilder.Build(Options());
        Assert.Equal(["ok.wav", "音.wav"], Manifest.Read(_folder.At("out", "train.tsv")).Entries.Select(e => e.RelativePath));
        Assert.Equal(3, report.Skipped.Count);
        Assert.Equal(2, report.Skipped.Count(s => s.Reason.Contains("the file name is not UTF-8", StringComparison.Ordinal)));
        Assert.Single(report.Skipped, s => s.Reason.Contains("the folder name is not UTF-8", StringComparison.Ordinal));
        Assert.All(File.ReadAllLines(_folder.At("out", "skipped.tsv")),
            line => Assert.Contains("rename it, for example with 'convmv", line));
        var fault = Assert.Throws<UserException>(() => ManifestBuilder.Build(Options() with { Strict = true })).Message;
        Assert.StartsWith("3 files cannot be used (found f", fault, StringComparison.Ordinal);
        Assert.Contains("name is not UTF-8", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_reach_no_list()
    {
        Shell(@": > ""$(printf 'z\033[2Jx.wav')"" && cp ok.wav ""$(printf 'y\033[2J.wav')"" && cp ok.wav ""$(printf 'new\nline.wav')"" "
            + @"&& cp ok.wav ""$(printf 'tab\t.wav')"" && cp ok.wav ""$(printf 'bell\007.wav')""");
        Assert.Equal(5, ManifestBuilder.Build(Options()).Skipped.Count);
        Assert.Equal(["skipped.tsv", "train.tsv"], Directory.GetFiles(_folder.At("out")).Select(f => Path.GetFileName(f)).Order());
        foreach (var list in Directory.GetFiles(_folder.At("out")))
            Assert.DoesNotContain(File.ReadAllText(list), c => char.IsControl(c) && c is not ('\n' or '\t'));
        Assert.All(File.ReadAllLines(_folder.At("out", "skipped.tsv")), line => Assert.Equal(2, line.Split('\t').Length));
    }

    public void Dispose()
    {
        Shell("rm -rf ./*"); // by a program that can name them
        _folder.Dispose();
    }

    private ManifestOptions Options() => new() { Folder = _folder.At("in"), Output = _folder.At("out"), ValidPercent = 0 };

    private void Shell(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = _folder.At("in") })!;
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }
}
