using HubertSharp.Models.Frames;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Models;

// B rows, T frames per row, D encoder width.

/// <summary>
/// Which frames of a batch are padding, masked and scored: worked out on the host, so that the step never waits for the device.
/// </summary>
internal sealed class BatchFrames
{
    private readonly bool _hidesInput;
    private Tensor? _hidden;
    private Tensor? _hiddenChannels;

    private BatchFrames(int framesPerRow, ScoredFrames masked, ScoredFrames unmasked, bool hidesInput)
    {
        _hidesInput = hidesInput;
        FramesPerRow = framesPerRow;
        Masked = masked;
        Unmasked = unmasked;
    }

    public int FramesPerRow { get; }

    public ScoredFrames Masked { get; }

    public ScoredFrames Unmasked { get; }

    /// <summary>[B, T] true where padding; null when there is none.</summary>
    public Tensor? PaddingOrNull { get; private init; }

    /// <exception cref="Runs.UserException">A label id outside its dictionary, or a clip too short to mask.</exception>
    public static BatchFrames Of(HubertModel model, HubertBatch batch, ulong seed)
    {
        if (batch.Targets.Count != model.ClassesPerLabelSet.Count)
            throw new ArgumentException($"{batch.Targets.Count} label sets for a model of {model.ClassesPerLabelSet.Count}", nameof(batch));
        var frames = model.FramesOf(batch);
        var device = model.Parameters.Masters.device;
        var valid = ValidFrames(batch, frames);
        batch = DrawMasks(model, batch, seed);
        var (mask, channels) = (batch.Mask ?? new bool[batch.Rows * frames], batch.ChannelMask);
        if (mask.Length != batch.Rows * frames)
            throw new ArgumentException($"a mask of {mask.Length} for {batch.Rows} rows of {frames} frames", nameof(batch));
        return new BatchFrames(frames, Select(model, batch, frames, valid, mask, wanted: true),
            Select(model, batch, frames, valid, mask, wanted: false), model.Config.MaskPlace == MaskPlaces.Input)
        {
            _hidden = DeviceCopy.Of(mask, [batch.Rows, frames, 1], device),
            _hiddenChannels = channels is null ? null : DeviceCopy.Of(channels, [batch.Rows, 1, model.Config.EncoderEmbedDim], device),
            PaddingOrNull = valid.All(v => v == frames) ? null : Padding(model, batch, frames),
        };
    }

    /// <summary>
    /// The batch with the masks that the model asks for and the batch does not bring. No tensors: any thread may call it.
    /// </summary>
    /// <exception cref="Runs.UserException">A clip too short to mask.</exception>
    public static HubertBatch DrawMasks(HubertModel model, HubertBatch batch, ulong seed)
    {
        var (mask, channels) = (batch.Mask, batch.ChannelMask);
        if (mask is null && model.Config.MaskProb > 0)
        {
            var frames = model.FramesOf(batch);
            mask = MaskIndices.Draw(ValidFrames(batch, frames), frames, MaskSettings.OfFrames(model.Config),
                SeededRandom.Derive(seed, ModelSeeds.Mask));
        }
        if (channels is null && model.Config.MaskChannelProb > 0)
        {
            var widths = Enumerable.Repeat(model.Config.EncoderEmbedDim, batch.Rows).ToArray();
            channels = MaskIndices.Draw(widths, widths[0], MaskSettings.OfChannels(model.Config),
                SeededRandom.Derive(seed, ModelSeeds.ChannelMask));
        }
        return new HubertBatch(batch.Source, batch.LengthsSamples, batch.Targets, mask, channels);
    }

    /// <summary>[B, T] true where padding.</summary>
    public static Tensor Padding(HubertModel model, HubertBatch batch, int frames) => Padding(model, ValidFrames(batch, frames), frames);

    /// <summary>[B, T] true where padding.</summary>
    /// <param name="valid">[B] frames of each row that are none.</param>
    public static Tensor Padding(HubertModel model, int[] valid, int frames)
    {
        var padding = new bool[valid.Length * frames];
        for (var row = 0; row < valid.Length; row++)
            padding.AsSpan(row * frames + valid[row], frames - valid[row]).Fill(true);
        return DeviceCopy.Of(padding, [valid.Length, frames], model.Parameters.Masters.device);
    }

    /// <summary>[B, T, 1] true where the front end hides what it reads; null where the mask embedding hides frames behind it.</summary>
    public Tensor? HiddenInput => _hidesInput ? _hidden : null;

    /// <summary>Puts the mask embedding over masked frames, unless their input was hidden, then zeroes masked channels.</summary>
    public Tensor Hide(Tensor x, Tensor maskEmbedding)
    {
        if (!_hidesInput)
            x = where(_hidden!, maskEmbedding.to_type(x.dtype), x);
        return _hiddenChannels is null ? x : x.masked_fill(_hiddenChannels, Scalars.Zero);
    }

    private static int[] ValidFrames(HubertBatch batch, int frames) =>
        [.. batch.LengthsSamples.Select(length => FrameAlignment.ValidFrames(batch.SamplesPerRow, length, frames))];

    private static ScoredFrames Select(HubertModel model, HubertBatch batch, int frames, int[] valid, bool[] mask, bool wanted)
    {
        var positions = new List<long>();
        var rows = new List<long>();
        var rowCount = new int[batch.Rows];
        for (var row = 0; row < batch.Rows; row++)
        {
            for (var t = 0; t < valid[row]; t++)
            {
                if (mask[row * frames + t] != wanted)
                    continue;
                positions.Add((long)row * frames + t);
                rows.Add(row);
                rowCount[row]++;
            }
        }
        var device = model.Parameters.Masters.device;
        var targets = new List<Tensor>();
        for (var set = 0; set < batch.Targets.Count; set++)
        {
            var labels = batch.Targets[set];
            var perRow = labels.Length / batch.Rows;
            var classes = model.ClassesPerLabelSet[set];
            var chosen = new long[positions.Count];
            for (var i = 0; i < chosen.Length; i++)
            {
                var frame = (int)(positions[i] - rows[i] * frames);
                chosen[i] = labels[rows[i] * perRow + model.Alignment.TargetIndex(frame)];
                if (chosen[i] < 0 || chosen[i] >= classes)
                    throw ModelFaults.LabelOutOfRange(set, chosen[i], classes);
            }
            targets.Add(DeviceCopy.Of(chosen, [chosen.Length], device));
        }
        return new ScoredFrames(DeviceCopy.Of(positions.ToArray(), [positions.Count], device),
            DeviceCopy.Of(rows.ToArray(), [rows.Count], device), targets, rowCount);
    }
}
