using HubertSharp.Models;
using HubertSharp.Training.Updates;

namespace HubertSharp.Finetuning;

/// <summary>A batch of a validation with what the model made of it, as it travels from process to process: without its audio.</summary>
/// <param name="Batch">Transcripts, languages.</param>
/// <param name="Losses">Of each row, in nats.</param>
/// <param name="Paths">Greedy classes of each row, repetitions and blanks taken out.</param>
internal sealed record MeasuredBatch(FinetuningBatch Batch, double[] Losses, int[][] Paths)
{
    public byte[] Pack() => ByteParts.Of(writer =>
    {
        writer.Write(Losses.Length);
        for (var row = 0; row < Losses.Length; row++)
        {
            writer.Write(Losses[row]);
            Write(writer, Paths[row]);
            Write(writer, Batch.Targets[row]);
            writer.Write(Batch.Utterances[row]);
            writer.Write(Batch.Languages[row] ?? ""); // none is empty: a manifest's empty column is no language
            writer.Write(Batch.AreCodeSwitched[row]);
        }
    });

    public static MeasuredBatch Unpack(byte[] packed)
    {
        using var reader = new BinaryReader(new MemoryStream(packed));
        var rows = reader.ReadInt32();
        var (losses, paths, targets) = (new double[rows], new int[rows][], new int[rows][]);
        var (utterances, languages, switched) = (new int[rows], new string?[rows], new bool[rows]);
        for (var row = 0; row < rows; row++)
        {
            losses[row] = reader.ReadDouble();
            paths[row] = Read(reader);
            targets[row] = Read(reader);
            utterances[row] = reader.ReadInt32();
            languages[row] = reader.ReadString() is { Length: > 0 } language ? language : null;
            switched[row] = reader.ReadBoolean();
        }
        var silent = new HubertBatch(new float[rows], [.. Enumerable.Repeat(1L, rows)], [], mask: null);
        return new MeasuredBatch(new FinetuningBatch(silent, targets, utterances, languages) { AreCodeSwitched = switched }, losses, paths);
    }

    private static void Write(BinaryWriter writer, int[] classes)
    {
        writer.Write(classes.Length);
        foreach (var one in classes)
            writer.Write(one);
    }

    private static int[] Read(BinaryReader reader)
    {
        var classes = new int[reader.ReadInt32()];
        for (var i = 0; i < classes.Length; i++)
            classes[i] = reader.ReadInt32();
        return classes;
    }
}
