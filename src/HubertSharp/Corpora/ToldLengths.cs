using System.Globalization;
using HubertSharp.Audio;
using HubertSharp.Corpora.Formats;
using HubertSharp.Runs;

namespace HubertSharp.Corpora;

/// <summary>What a corpus says of its files' lengths beside what they are: the audio's own count, and the difference is told.</summary>
internal static class ToldLengths
{
    private const double MostSeconds = 0.1, MostShare = 0.01; // tables round, and so do codecs

    public static IReadOnlyList<string> Notes(IReadOnlyList<SpeechFile> files, CheckedFiles found)
    {
        int[] wrong =
            [.. found.Usable.Where(i => files[i].ToldSeconds is { } told && IsOther(told, Seconds(found[i])))];
        return wrong.Length == 0
            ? []
            :
            [
                string.Create(CultureInfo.InvariantCulture,
                    $"{Counted.Of(wrong.Length, "file")} of another length than the corpus says, for example "
                    + $"{CorpusFaults.NameOf(files[wrong[0]].RelativePath)}: {Seconds(found[wrong[0]]):0.00} s, not "
                    + $"{files[wrong[0]].ToldSeconds:0.00} s; the audio's own length counts"),
            ];
    }

    private static double Seconds(CheckedFile file) => file.LengthSamples / (double)AudioFile.SampleRate;

    private static bool IsOther(double told, double seconds) => Math.Abs(told - seconds) > Math.Max(MostSeconds, MostShare * seconds);
}
