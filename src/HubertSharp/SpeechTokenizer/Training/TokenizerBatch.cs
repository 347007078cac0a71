namespace HubertSharp.SpeechTokenizer.Training;

// B recordings, S samples, T frames of the teacher, E of its dimensions

/// <summary>One micro-batch of a tokenizer's training in host memory.</summary>
/// <param name="Samples">[B, S], zeros behind the end of a recording.</param>
/// <param name="Lengths">Samples of each row that are audio.</param>
/// <param name="Utterances">Index of each row's utterance within the manifest.</param>
internal sealed record TokenizerBatch(float[] Samples, long[] Lengths, int[] Utterances)
{
    /// <summary>Number of the micro-batch within its update, from 0, counted over all processes.</summary>
    public int Micro { get; init; }

    /// <summary>[B, T, E], zeros where the teacher has no frame; null without a teacher.</summary>
    public float[]? Teacher { get; init; }

    /// <summary>T.</summary>
    public int TeacherFrames { get; init; }

    /// <summary>[B, T]: where there is audio and the teacher has a frame; null for all, as the released program takes them.</summary>
    public bool[]? Filled { get; init; }

    public int Rows => Lengths.Length;

    /// <summary>S.</summary>
    public int Width => Samples.Length / Rows;
}
