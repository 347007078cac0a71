using HubertSharp.Audio;

namespace HubertSharp.Tests.Cli;

/// <summary>
/// A minute of something like speech: two voices say syllables, each a vowel of two resonances after a burst of noise, with pauses.
/// The folder has manifests, an alignment, and nothing that needs a network.
/// </summary>
internal static class SmallCorpus
{
    private const int SampleRate = 16000;
    private const int SyllablesPerUtterance = 9;

    private static readonly (string Name, double First, double Second, double Burst)[] Syllables =
    [
        ("ba", 750, 1200, 0.1), ("di", 300, 2300, 0.3), ("gu", 320, 800, 0.2), ("se", 500, 1900, 0.9), ("sho", 480, 900, 0.8),
        ("ta", 780, 1350, 0.5),
    ];

    /// <summary>Writes 16 utterances of training and 4 of validation, about 60 s; returns the folder.</summary>
    public static string Write(string folder, int trainUtterances = 16, int validUtterances = 4)
    {
        var random = new Random(7);
        var alignment = new List<string> { "utt\tspeaker\tsamples\tsyllables(made up:start:end, in samples, end exclusive)" };
        foreach (var (split, count) in new[] { ("train", trainUtterances), ("valid", validUtterances) })
        {
            var lines = new List<string> { "audio" };
            for (var i = 0; i < count; i++)
            {
                var (name, voice) = ($"{split}_{i:00}.wav", i % 2);
                var (samples, segments) = Utterance(random, voice);
                AudioFile.Write(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "audio")).FullName, name), samples, SampleRate);
                lines.Add($"{name}\t{samples.Length}\tzh");
                alignment.Add($"{name}\tvoice{voice}\t{samples.Length}\t{string.Join(' ', segments)}");
            }
            File.WriteAllLines(Path.Combine(folder, $"{split}.tsv"), lines);
        }
        File.WriteAllLines(Path.Combine(folder, "alignment.tsv"), alignment);
        return folder;
    }

    /// <summary>Writes what is said beside the manifests, as the alignment has it.</summary>
    public static void WriteTranscripts(string folder)
    {
        var said = File.ReadLines(Path.Combine(folder, "alignment.tsv")).Skip(1).Select(line => line.Split('\t'))
            .ToDictionary(cells => cells[0], cells => string.Join(' ', cells[3].Split(' ').Select(segment => segment.Split(':')[0])));
        foreach (var split in (string[])["train", "valid"])
            File.WriteAllLines(Path.Combine(folder, $"{split}.wrd"),
                File.ReadLines(Path.Combine(folder, $"{split}.tsv")).Skip(1).Select(line => said[line.Split('\t')[0]]));
    }

    private static (float[] Samples, List<string> Segments) Utterance(Random random, int voice)
    {
        var samples = new List<float>();
        var segments = new List<string>();
        Pause();
        for (var s = 0; s < SyllablesPerUtterance; s++)
        {
            var syllable = Syllables[random.Next(Syllables.Length)];
            var start = samples.Count;
            Append(syllable.Burst, 0.05, _ => random.NextDouble() - 0.5);
            var (pitch, scale) = (voice == 0 ? 120 : 210, voice == 0 ? 1.0 : 1.15);
            Append(1, 0.18 + (0.06 * random.NextDouble()), t => Enumerable.Range(1, 24).Sum(h =>
                Math.Sin(2 * Math.PI * pitch * h * t)
                * (Resonance(pitch * h, syllable.First * scale) + Resonance(pitch * h, syllable.Second * scale))) * 0.15);
            segments.Add($"{syllable.Name}:{start}:{samples.Count}");
            Pause();
        }
        return ([.. samples], segments);

        void Pause() => Append(0.01, 0.04 + (0.04 * random.NextDouble()), _ => random.NextDouble() - 0.5);

        void Append(double gain, double seconds, Func<double, double> wave)
        {
            var count = (int)(seconds * SampleRate);
            for (var i = 0; i < count; i++)
                samples.Add((float)Math.Clamp(gain * wave((double)i / SampleRate) * Math.Sin(Math.PI * (i + 0.5) / count), -1, 1));
        }
    }

    private static double Resonance(double hertz, double center) => 1 / (1 + Math.Pow((hertz - center) / 90, 2));
}
