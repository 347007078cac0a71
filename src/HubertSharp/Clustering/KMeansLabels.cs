using HubertSharp.Distributed;
using System.Globalization;
using System.Text;
using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Clustering;

/// <summary>Labels a feature dump with a model: fairseq's <c>dump_km_label.py</c>.</summary>
public static class KMeansLabels
{
    /// <summary>
    /// Writes one line of labels per utterance to <paramref name="outputPath"/>, and beside it the dictionary <c>dict.ENDING.txt</c>
    /// (<c>dict.km.txt</c> for <c>train.km</c>) with one line <c>CLUSTER 1</c> per cluster.
    /// </summary>
    /// <exception cref="UserException">The features are not those of the model, not finite, or a file cannot be read or
    /// written.</exception>
    public static KMeansLabelling Write(
        FeatureDumpReader dump, KMeansModel model, string outputPath, int threads = 0, IProgress<StageProgress>? progress = null,
        CancellationToken cancellation = default) => Write(dump, model, outputPath, threads, Replicas.Alone, progress, cancellation);

    /// <summary>The same, shared by several processes: the first one writes.</summary>
    internal static KMeansLabelling Write(FeatureDumpReader dump, KMeansModel model, string outputPath, int threads, Replicas replicas,
        IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var place = OutputKind.Labels.PlaceOf(outputPath);
        var labels = new KMeansScan(model, threads, replicas).Labels(dump, progress, cancellation);
        var counts = new long[model.Clusters];
        foreach (var label in labels.Labels)
            counts[label]++;
        var dictionary = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(outputPath))!, $"dict.{LabelName(outputPath)}.txt");
        var labelling = new KMeansLabelling(dump.Utterances, counts, labels.Inertia / dump.Frames, dictionary);
        if (!replicas.Writes)
            return labelling;
        AtomicFile.Write(place, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
            for (var utterance = 0; utterance < dump.Utterances; utterance++)
            {
                cancellation.ThrowIfCancellationRequested();
                WriteLine(writer, labels.Labels.AsSpan((int)dump.StartOf(utterance), dump.LengthOf(utterance)));
            }
        });
        if (File.Exists(dictionary) && !IsOfClusters(dictionary))
            Owned.MoveAside(dictionary); // another label set's: nobody named this file
        AtomicFile.WriteAllText(dictionary,
            string.Concat(Enumerable.Range(0, model.Clusters).Select(k => string.Create(CultureInfo.InvariantCulture, $"{k} 1\n"))));
        return labelling;
    }

    /// <summary>Whether a dictionary is one that this class writes, of any number of clusters.</summary>
    private static bool IsOfClusters(string path) =>
        RegularFile.ReadLines(path).Select((line, k) => line == string.Create(CultureInfo.InvariantCulture, $"{k} 1")).All(same => same);

    private static string LabelName(string path) => Path.GetExtension(path) is { Length: > 1 } ending ? ending[1..] : "km";

    private static void WriteLine(StreamWriter writer, ReadOnlySpan<int> labels)
    {
        Span<char> digits = stackalloc char[12];
        for (var i = 0; i < labels.Length; i++)
        {
            if (i > 0)
                writer.Write(' ');
            labels[i].TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
            writer.Write(digits[..length]);
        }
        writer.WriteLine();
    }
}
