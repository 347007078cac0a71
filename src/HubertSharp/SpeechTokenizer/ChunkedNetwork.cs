using HubertSharp.Runs.Chunks;
using HubertSharp.SpeechTokenizer.Seanet;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer;

/// <summary>
/// An encoder or decoder over a recording of any length, in memory of one chunk. Layers that hear their surroundings get as much of them
/// as they reach, and the LSTM's forward direction goes on from the chunk before: up to rounding the result is that of the whole
/// recording. Only a backward direction, which begins at a recording's end, begins here at the end of the chunk's look-ahead.
/// </summary>
/// <param name="network">The encoder or the decoder.</param>
/// <param name="plan">The chunks; their overlap is the look-ahead.</param>
/// <param name="inputs">Samples or frames that there are in all.</param>
/// <param name="read">Gives some of them, from a place on: [1, C, count]; it is disposed of here.</param>
internal sealed class ChunkedNetwork(SeanetNetwork network, ChunkPlan plan, long inputs, Func<long, int, Tensor> read) : IDisposable
{
    private readonly NetworkPieces _pieces = new(plan, inputs, network.Reach);
    private LstmState? _before;

    /// <summary>The chunks of a plan one after the other, in its order.</summary>
    /// <returns>[1, C, outputs of the chunk's frames].</returns>
    public Tensor Next(int index)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var piece = _pieces.Next(index);
        var frames = network.Front(read(piece.Input, piece.Inputs)).narrow(-1, piece.Skip, piece.Frames);
        var (remembered, atCut) = network.Remember(frames, _before, piece.Cut);
        var kept = network.Back(remembered).narrow(-1, piece.From, piece.Kept);
        if (piece.Cut is not null)
        {
            _before?.Dispose();
            _before = atCut;
        }
        return kept.clone().MoveToOuterDisposeScope();
    }

    public void Dispose() => _before?.Dispose();
}
