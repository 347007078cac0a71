namespace HubertSharp.Models;

// B rows, S samples per row, L labels per row, T model frames per row.

/// <summary>A batch in plain arrays, so that loader threads can make it without touching torch.</summary>
internal sealed class HubertBatch
{
    /// <param name="source">[B, S] samples in [-1, 1] (or normalised), zeros after a row's length.</param>
    /// <param name="lengthsSamples">[B] samples of each row.</param>
    /// <param name="targets">Per label set [B, L] class ids, padded with 1 (<c>&lt;pad&gt;</c>).</param>
    /// <param name="mask">[B, T] true where a frame is hidden from the encoder; null draws one from the step's seed.</param>
    /// <param name="channelMask">[B, D] true where a channel is zeroed; null draws one from the step's seed if the model asks for
    /// it.</param>
    public HubertBatch(float[] source, long[] lengthsSamples, IReadOnlyList<long[]> targets, bool[]? mask, bool[]? channelMask = null)
    {
        Rows = lengthsSamples.Length;
        ArgumentOutOfRangeException.ThrowIfZero(Rows, nameof(lengthsSamples));
        if (source.Length == 0 || source.Length % Rows != 0)
            throw new ArgumentException($"{source.Length} samples do not make {Rows} rows", nameof(source));
        SamplesPerRow = source.Length / Rows;
        foreach (var length in lengthsSamples)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length, nameof(lengthsSamples));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, SamplesPerRow, nameof(lengthsSamples));
        }
        foreach (var set in targets)
        {
            if (set.Length == 0 || set.Length % Rows != 0)
                throw new ArgumentException($"{set.Length} labels do not make {Rows} rows", nameof(targets));
        }
        Source = source;
        LengthsSamples = lengthsSamples;
        Targets = targets;
        Mask = mask;
        ChannelMask = channelMask;
    }

    public int Rows { get; }

    public int SamplesPerRow { get; }

    /// <summary>[B, S] float32.</summary>
    public float[] Source { get; }

    /// <summary>[B] samples.</summary>
    public long[] LengthsSamples { get; }

    /// <summary>Per label set [B, L].</summary>
    public IReadOnlyList<long[]> Targets { get; }

    /// <summary>[B, T] or null.</summary>
    public bool[]? Mask { get; }

    /// <summary>[B, D] or null.</summary>
    public bool[]? ChannelMask { get; }

    /// <summary>Labels per row of the shortest set; 0 without labels.</summary>
    public int ShortestTargetLength => Targets.Count == 0 ? 0 : Targets.Min(set => set.Length / Rows);

    /// <summary>One row as a batch of its own, as wide as this one.</summary>
    internal HubertBatch RowAlone(int row)
    {
        T[] Part<T>(T[] rows)
        {
            var width = rows.Length / Rows;
            return rows[(row * width)..((row + 1) * width)];
        }
        return new HubertBatch(Part(Source), Part(LengthsSamples), [.. Targets.Select(Part)], Mask is null ? null : Part(Mask),
            ChannelMask is null ? null : Part(ChannelMask));
    }
}
