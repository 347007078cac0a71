using HubertSharp.Runs.Reports;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tests.Snapshots;

namespace HubertSharp.Tests.Docs;

/// <summary>The picture of docs/worth.md is what the reference runs of docs/curves measured.</summary>
public sealed class WorthPictureTests
{
    // audio-seconds per second of training, alone on two cores without bf16: bench/README.md
    private const double WaveformRate = 16.7, Mel20Rate = 69.2, Mel40Rate = 125.2;

    [Fact]
    public void The_picture_is_drawn_from_the_reference_runs() => Snapshot.Check("docs/images/worth.svg", new WorthPicture(
    [
        ("mel20, 50 frames per second", Worth("small-cpu-debian-zh-en-seed1"), Mel20Rate),
        ("mel40, 25 frames per second", Worth("mel40-debian-zh-en-seed1"), Mel40Rate),
        ("waveform, 50 frames per second", Worth("waveform-debian-zh-en-seed1"), WaveformRate),
    ]).Svg());

    private static RunWorth Worth(string run) =>
        RunWorth.Read(Path.Combine(Fixtures.RepositoryRoot(), "docs", "curves", run, RunFolder.WorthName));
}
