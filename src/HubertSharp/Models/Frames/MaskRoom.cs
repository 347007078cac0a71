using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Models.Frames;

/// <summary>
/// Whether every clip leaves a frame unmasked: said before the first update, not at the one that meets the clip. Spans of a fixed length
/// cannot hide all of a clip that has more frames than a span and one start for each further span.
/// </summary>
internal static class MaskRoom
{
    private static readonly MaskSettings Defaults = new();

    /// <summary>Checks the shortest clip of a split.</summary>
    /// <param name="manifest">Its path.</param>
    /// <param name="shortest">Samples of the shortest row that a batch can have.</param>
    /// <param name="longest">Samples of the longest utterance.</param>
    /// <param name="model">Front end and masks.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <exception cref="UserException">It is too short.</exception>
    public static void Check(string manifest, long shortest, long longest, ModelConfig model, int sampleRate)
    {
        if (model.MaskSelection != "static" || model.NoMaskOverlap || model.MaskProb == 0)
            return;
        var frames = new FrameAlignment(model, model.LabelRate, sampleRate);
        var found = frames.Frames(shortest);
        if (Fits(found, model))
            return;
        var least = Enumerable.Range(1, model.MaskLength * 1000).FirstOrDefault(n => Fits(n, model));
        var samples = (int)frames.StrideSamples * (least + 1);
        while (least > 0 && samples > 1 && frames.Frames(samples - 1) >= least)
            samples--;
        var leavesAny = least > 0 && samples <= longest; // else no clip would be left to train on
        throw ModelFaults.MaskTooLong(manifest, shortest, found, model.MaskLength, Spans(found, model), leavesAny ? samples : 0);
    }

    private static bool Fits(int frames, ModelConfig model) => frames > model.MaskLength + Spans(frames, model);

    /// <summary>The most that are drawn.</summary>
    private static int Spans(int frames, ModelConfig model) =>
        Math.Max(Defaults.MinimumSpans, (int)Math.Ceiling(model.MaskProb * frames / model.MaskLength));
}
