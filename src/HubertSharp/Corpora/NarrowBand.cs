using System.Globalization;
using HubertSharp.Corpora.Formats;
using HubertSharp.Runs;

namespace HubertSharp.Corpora;

/// <summary>The part of a corpus that was recorded or stored at less than 16 kHz: the upper part of its spectrum is empty.</summary>
/// <param name="Files">How many there are.</param>
/// <param name="Seconds">Their audio.</param>
/// <param name="OfFiles">Usable files in all.</param>
/// <param name="LimitHz">Up to where the example holds anything.</param>
/// <param name="Example">The first of them.</param>
public sealed record NarrowBand(int Files, double Seconds, int OfFiles, double LimitHz, string Example)
{
    private const double Share = 0.01; // of the audio: less changes nothing

    /// <summary>What it means, where and what to do, in one line.</summary>
    public string Message => string.Create(CultureInfo.InvariantCulture,
        $"{Files} of {Counted.Of(OfFiles, "file")} ({Seconds / 3600:0.00} h) hold nothing above {LimitHz / 1000:0.#} kHz, "
        + $"for example {Example}: they were "
        + $"recorded or stored at {LimitHz / 500:0.#} kHz; ")
        + (Files == OfFiles
            ? "a model trained on them serves such speech only"
            : "clusters will tell these files from the others before they tell sounds: train on one kind alone, or cut all to the same "
                + "band first, for example with 'ffmpeg -i IN -af aresample=8000,aresample=16000 OUT.flac'");

    internal static NarrowBand? Of(IReadOnlyList<SpeechFile> files, CheckedFiles found)
    {
        var (all, narrow, count, first) = (0.0, 0.0, 0, -1);
        foreach (var i in found.Usable)
        {
            var file = found[i];
            all += file.LengthSamples;
            if (file.LimitHz >= Bandwidth.FullHz)
                continue;
            narrow += file.LengthSamples;
            first = count++ == 0 ? i : first;
        }
        return count > 0 && narrow >= Share * all
            ? new NarrowBand(
                count, narrow / SamplingRate.Hz, found.UsableCount, found[first].LimitHz, CorpusFaults.NameOf(files[first].RelativePath))
            : null;
    }
}
