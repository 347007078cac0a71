namespace HubertSharp.Pretraining;

/// <summary>
/// One batch in host memory, ready for the device: everything random about it is drawn already.
/// B rows, S samples, L labels, T frames.
/// </summary>
internal sealed class HostBatch
{
    /// <summary>Indices of the utterances within the manifest, one per row.</summary>
    public required int[] Utterances { get; init; }

    /// <summary>Language of each row, null where the manifest does not say.</summary>
    public required string?[] Languages { get; init; }

    /// <summary>Waveforms [B, S], row by row, zero-padded at the right.</summary>
    public required float[] Source { get; init; }

    public required int SizeSamples { get; init; }

    /// <summary>Samples of each row that are audio [B].</summary>
    public required long[] LengthsSamples { get; init; }

    /// <summary>Label ids of each label set [B, L], padded with 1.</summary>
    public required long[][] Targets { get; init; }

    /// <summary>Number of columns L of each label set.</summary>
    public required int[] TargetWidths { get; init; }

    /// <summary>Masked frames [B, T], row by row.</summary>
    public required bool[] Mask { get; init; }

    /// <summary>Masked channels [B, D], row by row, or null where <c>model.mask_channel_prob</c> is 0.</summary>
    public bool[]? ChannelMask { get; init; }

    public int Rows => Utterances.Length;

    /// <summary>Audio in the batch without padding, in samples.</summary>
    public long AudioSamples => LengthsSamples.Sum();
}
