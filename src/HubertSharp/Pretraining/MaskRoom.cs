using HubertSharp.Models;
using HubertSharp.Models.Frames;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Training.Data;

namespace HubertSharp.Pretraining;

/// <summary>
/// Whether every clip leaves a frame unmasked: said before the first update, not at the one that meets the clip. Spans of a fixed length
/// cannot hide all of a clip that has more frames than a span and one start for each further span.
/// </summary>
internal static class MaskRoom
{
    private static readonly MaskSettings Defaults = new();

    /// <summary>Checks the shortest clip of a split.</summary>
    /// <exception cref="UserException">It is too short.</exception>
    public static void Check(ManifestData audio, HubertConfig config)
    {
        var model = config.Model;
        if (model.MaskSelection != "static" || model.NoMaskOverlap || model.MaskProb == 0)
            return;
        var frames = new FrameAlignment(model, model.LabelRate, config.Task.SampleRate);
        var shortest = audio.ShortestRow;
        var found = frames.Frames(shortest);
        if (Fits(found, model))
            return;
        var least = Enumerable.Range(1, model.MaskLength * 1000).FirstOrDefault(n => Fits(n, model));
        var samples = (int)frames.StrideSamples * (least + 1);
        while (least > 0 && samples > 1 && frames.Frames(samples - 1) >= least)
            samples--;
        var leavesAny = least > 0 && samples <= audio.Longest; // else no clip would be left to train on
        throw ModelFaults.MaskTooLong(audio.Path, shortest, found, model.MaskLength, Spans(found, model), leavesAny ? samples : 0);
    }

    private static bool Fits(int frames, ModelConfig model) => frames > model.MaskLength + Spans(frames, model);

    /// <summary>The most that are drawn.</summary>
    private static int Spans(int frames, ModelConfig model) =>
        Math.Max(Defaults.MinimumSpans, (int)Math.Ceiling(model.MaskProb * frames / model.MaskLength));
}
