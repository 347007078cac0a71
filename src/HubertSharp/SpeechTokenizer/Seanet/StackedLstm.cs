using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Seanet;

/// <summary>
/// LSTM layers with a shortcut around all of them. Of two directions the shortcut's input counts twice. Each direction of each layer is
/// run by itself, so that the forward one can go on from where a chunk before ended.
/// </summary>
internal sealed class StackedLstm
{
    private LstmWeights[] _forward, _backward;

    /// <param name="weights">Has <c>NAME.lstm.weight_ih_l0</c> and the like.</param>
    /// <param name="name">Of the layer.</param>
    /// <param name="width">In, and out of each direction.</param>
    /// <param name="layers">How many.</param>
    /// <param name="isBidirectional">Whether each has a backward direction.</param>
    public StackedLstm(LayerWeights weights, string name, int width, int layers, bool isBidirectional)
    {
        IsBidirectional = isBidirectional;
        var inner = isBidirectional ? 2 * width : width;
        LstmWeights Layer(int number, string direction) =>
            weights.TakeLstm($"{name}.lstm", $"_l{number}{direction}", number == 0 ? width : inner, width);
        _forward = [.. Enumerable.Range(0, layers).Select(number => Layer(number, ""))];
        _backward = isBidirectional ? [.. Enumerable.Range(0, layers).Select(number => Layer(number, "_reverse"))] : [];
    }

    /// <summary>Whether what comes later counts.</summary>
    public bool IsBidirectional { get; }

    /// <summary>See <see cref="SeanetNetwork.ComputeOverFrames"/>.</summary>
    public IEnumerable<IDisposable> ComputeOverFrames()
    {
        _forward = [.. _forward.Select(layer => layer.Packed())];
        _backward = [.. _backward.Select(layer => layer.Packed())];
        return _forward.Concat(_backward).Select(layer => layer.OverFrames!);
    }

    /// <summary>Runs over a piece of a recording.</summary>
    /// <param name="x">[B, C, T].</param>
    /// <param name="before">What was remembered at the piece's start; null at the recording's.</param>
    /// <param name="cut">
    /// The frame of the piece before which the next one starts, not the recording's first, or null when there is none.
    /// </param>
    /// <returns>[B, C or 2 C, T] in the caller's scope, and what is remembered at the cut.</returns>
    public (Tensor Output, LstmState? AtCut) Forward(Tensor x, LstmState? before, long? cut)
    {
        using var scope = NewDisposeScope();
        var input = x.permute(2, 0, 1).contiguous().to_type(ScalarType.Float32); // [T, B, C]
        var states = new List<(Tensor Hidden, Tensor Cell)>();
        var last = input;
        for (var layer = 0; layer < _forward.Length; layer++)
        {
            var (output, state) = Run(_forward[layer], last, before?[layer], cut);
            if (state is { } kept)
                states.Add(kept);
            if (IsBidirectional)
            {
                output = cat([output, LstmDirection.Run(_backward[layer], last, reversed: true)], -1);
            }
            last = output;
        }
        var shortcut = IsBidirectional ? input.repeat(1, 1, 2) : input;
        var result = last.add(shortcut, Scalars.One).permute(1, 2, 0).MoveToOuterDisposeScope();
        foreach (var (hidden, cell) in states)
        {
            hidden.DetachFromDisposeScope();
            cell.DetachFromDisposeScope();
        }
        return (result, cut is null ? null : new LstmState(states));
    }

    private static (Tensor Output, (Tensor Hidden, Tensor Cell)? AtCut) Run(
        LstmWeights layer, Tensor x, (Tensor Hidden, Tensor Cell)? before, long? cut)
    {
        if (cut is not { } place)
            return (before is null ? LstmDirection.Run(layer, x, reversed: false) : LstmDirection.Run(layer, x, before).Output, null);
        if (place == 0)
            return (LstmDirection.Run(layer, x, before).Output, (before!.Value.Hidden.clone(), before.Value.Cell.clone()));
        var (first, atCut) = LstmDirection.Run(layer, x.narrow(0, 0, place), before);
        return place == x.shape[0] ? (first, atCut)
            : (cat([first, LstmDirection.Run(layer, x.narrow(0, place, x.shape[0] - place), atCut).Output], 0), atCut);
    }
}
