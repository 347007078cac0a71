namespace HubertSharp.Runs.Chunks;

/// <summary>What a network hears that has layers which hear their surroundings, an LSTM over frames, and such layers again.</summary>
/// <param name="InputsPerFrame">Samples or frames that a frame of the LSTM is made of.</param>
/// <param name="OutputsPerFrame">Samples or frames that are made of it.</param>
/// <param name="FrontFrames">Frames before the LSTM that a cut spoils on each side.</param>
/// <param name="BackFrames">Frames behind it that a cut spoils on each side.</param>
/// <param name="LooksAhead">Whether the LSTM has a backward direction.</param>
public sealed record NetworkReach(int InputsPerFrame, int OutputsPerFrame, int FrontFrames, int BackFrames, bool LooksAhead);

/// <summary>What is computed for one chunk.</summary>
/// <param name="Input">The first sample or frame that is read.</param>
/// <param name="Inputs">How many.</param>
/// <param name="Skip">Frames before the LSTM that are left out at the start.</param>
/// <param name="Frames">Frames that the LSTM then gets.</param>
/// <param name="Cut">The frame of those before which the next chunk's start; null where nothing comes, or the next starts here,
/// too.</param>
/// <param name="From">The first output that is kept.</param>
/// <param name="Kept">How many.</param>
public readonly record struct NetworkPiece(long Input, int Inputs, int Skip, int Frames, int? Cut, int From, int Kept);

/// <summary>
/// The chunks of a plan for such a network, one after the other: layers that hear their surroundings get as much of them as they reach,
/// and the LSTM goes on from where a chunk before was cut.
/// </summary>
/// <param name="plan">The chunks; their overlap is the look-ahead of an LSTM that looks ahead.</param>
/// <param name="inputs">Samples or frames that there are in all.</param>
/// <param name="reach">The network's.</param>
public sealed class NetworkPieces(ChunkPlan plan, long inputs, NetworkReach reach)
{
    private long _start; // the frame that what is remembered belongs to

    /// <param name="index">From 0, in order.</param>
    public NetworkPiece Next(int index)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(reach);
        var chunk = plan[index];
        var (first, end, start) = (chunk.FirstFrame, chunk.FirstFrame + chunk.Frames, _start);
        var ahead = reach.LooksAhead ? plan.OverlapFrames : 0;
        var to = Math.Min(plan.Frames, end + reach.BackFrames + ahead);
        var (hearFrom, hearTo) = (Math.Max(0, start - reach.FrontFrames), Math.Min(plan.Frames, to + reach.FrontFrames));
        var input = hearFrom * reach.InputsPerFrame;
        var inputEnd = hearTo == plan.Frames ? inputs : hearTo * reach.InputsPerFrame;
        var next = Math.Max(0, end - reach.BackFrames);
        var goesOn = end < plan.Frames && next > start;
        if (goesOn)
            _start = next;
        return new NetworkPiece(input, (int)(inputEnd - input), (int)(start - hearFrom), (int)(to - start),
            goesOn ? (int)(next - start) : null, (int)((first - start) * reach.OutputsPerFrame), chunk.Frames * reach.OutputsPerFrame);
    }
}
