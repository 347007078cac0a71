using HubertSharp.Evaluation.Alignments;

namespace HubertSharp.SpeechTokenizer.Scoring;

/// <summary>Labels of another rate at a tokenizer's frames.</summary>
internal static class TeacherLabels
{
    /// <summary>Each frame gets the label that begins nearest to it; where labels end early, the frames behind them get none.</summary>
    /// <param name="labels">At their rate.</param>
    /// <param name="labelRate">Labels per second.</param>
    /// <param name="frameRate">Frames per second.</param>
    public static FrameLabels AtFrames(FrameLabels labels, double labelRate, double frameRate)
    {
        if (labelRate == frameRate)
            return labels;
        var moved = new FrameLabels();
        foreach (var symbol in labels.Symbols)
            moved.IdOf(symbol);
        foreach (var (name, sequence) in labels.Utterances)
        {
            var frames = (int)Math.Ceiling(sequence.Length * frameRate / labelRate);
            moved.Set(name, [.. Enumerable.Range(0, frames)
                .Select(frame => sequence[Math.Min(sequence.Length - 1, (int)Math.Round(frame * labelRate / frameRate))])]);
        }
        return moved;
    }
}
