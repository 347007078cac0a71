using System.Text;

namespace HubertSharp.Bench.SameRun;

/// <summary>
/// A small corpus out of whole numbers, the same bytes on every machine: twelve tones in noise, each frame's label its tone, in two
/// languages of three voices each. Splits <c>train</c> and <c>valid</c>; label sets <c>km</c> (twelve) and <c>half</c> (six).
/// </summary>
internal static class MadeCorpus
{
    public const int LabelRate = 50;

    public const int Classes = 12;

    private const int SampleRate = 16000;
    private const int FrameSamples = SampleRate / LabelRate;

    // what the first frame hears beyond its hop, so that there is one label per frame of the model
    private const int EdgeSamples = 80;

    private const int TrainClips = 14;
    private const int ValidClips = 5;

    public static void Write(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "wav"));
        var clips = Enumerable.Range(0, TrainClips + ValidClips).Select(Clip).ToArray();
        foreach (var (clip, index) in clips.Select((c, i) => (c, i)))
            File.WriteAllBytes(Path.Combine(folder, "wav", Name(index)), Wav(clip.Samples));

        var all = Enumerable.Range(0, clips.Length)
            .Select(i => (File: Name(i), Language: i % 2 == 0 ? "zh" : "en", clips[i].Samples.Length, clips[i].Labels)).ToArray();
        WriteSplit(folder, "train", all[..TrainClips]);
        WriteSplit(folder, "valid", all[TrainClips..]);
        WriteDictionary(folder, "km", Classes);
        WriteDictionary(folder, "half", Classes / 2);
    }

    private static string Name(int index) => $"clip{index:D2}.wav";

    private static void WriteSplit(string folder, string split, (string File, string Language, int Length, int[] Labels)[] rows)
    {
        File.WriteAllLines(Path.Combine(folder, $"{split}.tsv"),
            [Path.Combine(folder, "wav"), .. rows.Select(r => $"{r.File}\t{r.Length}\t{r.Language}")]);
        File.WriteAllLines(Path.Combine(folder, $"{split}.km"), rows.Select(r => string.Join(' ', r.Labels)));
        File.WriteAllLines(Path.Combine(folder, $"{split}.half"), rows.Select(r => string.Join(' ', r.Labels.Select(l => l / 2))));
    }

    private static void WriteDictionary(string folder, string name, int classes) =>
        File.WriteAllLines(Path.Combine(folder, $"dict.{name}.txt"), Enumerable.Range(0, classes).Select(c => $"{c} 1"));

    private static (short[] Samples, int[] Labels) Clip(int index)
    {
        var state = (ulong)(index + 1) * 0x9E3779B97F4A7C15UL;
        int Below(int bound)
        {
            state = (state * 6364136223846793005UL) + 1442695040888963407UL;
            return (int)((state >> 33) % (ulong)bound);
        }

        var labels = new int[35 + Below(45)];
        for (int start = 0, next; start < labels.Length; start = next)
        {
            next = Math.Min(labels.Length, start + 2 + Below(6));
            labels.AsSpan(start, next - start).Fill(Below(Classes));
        }
        var samples = new short[(labels.Length * FrameSamples) + EdgeSamples];
        var phase = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            var period = 20 + (9 * labels[Math.Min(i / FrameSamples, labels.Length - 1)]) + (index % 6);
            phase = (phase + 1) % period;
            var triangle = (Math.Abs((4 * phase * 1000 / period) - 2000) - 1000) * 6; // -6000 to 6000
            samples[i] = (short)(triangle + Below(3000) - 1500);
        }
        return (samples, labels);
    }

    // RIFF: one chunk 'fmt ' of 16 bytes, 16-bit whole numbers of one channel, and one chunk 'data'
    private static byte[] Wav(short[] samples)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.ASCII);
        writer.Write("RIFF"u8);
        writer.Write(36 + (samples.Length * sizeof(short)));
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(SampleRate);
        writer.Write(SampleRate * sizeof(short));
        writer.Write((short)sizeof(short));
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(samples.Length * sizeof(short));
        foreach (var sample in samples)
            writer.Write(sample);
        writer.Flush();
        return stream.ToArray();
    }
}
