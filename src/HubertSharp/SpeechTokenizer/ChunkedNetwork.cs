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
    private LstmState? _before;
    private long _start; // the frame that it belongs to

    /// <summary>The chunks of a plan one after the other, in its order.</summary>
    /// <returns>[1, C, outputs of the chunk's frames].</returns>
    public Tensor Next(int index)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var chunk = plan[index];
        var (first, end) = (chunk.FirstFrame, chunk.FirstFrame + chunk.Frames);
        var ahead = network.LooksAhead ? plan.OverlapFrames : 0;
        var to = Math.Min(plan.Frames, end + network.BackFrames + ahead);
        var (hearFrom, hearTo) = (Math.Max(0, _start - network.FrontFrames), Math.Min(plan.Frames, to + network.FrontFrames));
        var input = hearFrom * network.InputsPerFrame;
        var inputEnd = hearTo == plan.Frames ? inputs : hearTo * network.InputsPerFrame;
        var frames = network.Front(read(input, (int)(inputEnd - input))).narrow(-1, _start - hearFrom, to - _start);
        var next = Math.Max(0, end - network.BackFrames);
        var goesOn = end < plan.Frames && next > _start;
        var (remembered, atCut) = network.Remember(frames, _before, goesOn ? next - _start : null);
        var kept = network.Back(remembered)
            .narrow(-1, (first - _start) * network.OutputsPerFrame, chunk.Frames * (long)network.OutputsPerFrame);
        if (goesOn)
        {
            _before?.Dispose();
            (_before, _start) = (atCut, next);
        }
        return kept.clone().MoveToOuterDisposeScope();
    }

    public void Dispose() => _before?.Dispose();
}
