using HubertSharp.Runs.Chunks;
using Microsoft.ML.OnnxRuntime;

namespace HubertSharp.Onnx;

// L layers of the LSTM, C its width

/// <summary>The encoder or the decoder of a tokenizer: of whole recordings, or of one piece after the other.</summary>
/// <param name="path">The <c>.onnx</c>.</param>
/// <param name="session">It owns it.</param>
/// <param name="info">What the graph says of itself.</param>
/// <param name="reach">What it hears of a piece's surroundings; null for a graph of an earlier version, which takes no pieces.</param>
/// <param name="layers">L.</param>
/// <param name="width">C.</param>
internal sealed class OnnxTokenizerHalf(
    string path, InferenceSession session, OnnxTokenizerInfo info, NetworkReach? reach, int layers, int width) : IDisposable
{
    private readonly RunOptions _run = new();

    public string Path => path;

    public OnnxTokenizerInfo Info => info;

    /// <exception cref="Runs.UserException">A graph of an earlier version.</exception>
    public NetworkReach Reach => reach ?? throw OnnxFaults.NoPieces(path);

    public static OnnxTokenizerHalf Open(string path, string kind, bool isEncoder, int threads) =>
        OnnxSessions.Open(path, threads, (session, metadata) =>
        {
            var info = OnnxTokenizerInfo.Read(path, kind, metadata);
            int Number(string key) => OnnxTokenizerInfo.NumberOf(path, key, metadata, 0);
            if (!metadata.ContainsKey("front_frames"))
                return new OnnxTokenizerHalf(path, session, info, null, 0, 0);
            var reach = new NetworkReach(isEncoder ? info.Hop : 1, isEncoder ? 1 : info.Hop, Number("front_frames"), Number("back_frames"),
                Number("looks_ahead") != 0);
            return new OnnxTokenizerHalf(path, session, info, reach, Number("lstm_layers"), Number("width"));
        });

    /// <summary>The output of a whole recording, or of a piece with what the LSTM remembered before it.</summary>
    /// <param name="inputs">The graph's own.</param>
    /// <param name="output">Name of its output.</param>
    /// <param name="piece">Null for a whole recording.</param>
    /// <param name="state">[2 L, 1, C]; becomes what it remembers at the piece's cut. Null at first.</param>
    public T[] Run<T>(IEnumerable<(string Name, OrtValue Value)> inputs, string output, NetworkPiece? piece, ref float[]? state)
        where T : unmanaged
    {
        var all = inputs.ToList();
        var own = new List<OrtValue>();
        try
        {
            void Add<TValue>(string name, TValue[] values, params long[] shape)
                where TValue : unmanaged
            {
                own.Add(OrtValue.CreateTensorValueFromMemory(values, shape));
                all.Add((name, own[^1]));
            }
            if (piece is { } part)
            {
                Add<long>("skip", [part.Skip], 1);
                Add<long>("frames", [part.Frames], 1);
                if (layers > 0 && part.Cut is { } cut)
                    Add<long>("cut", [cut], 1);
                if (layers > 0 && state is not null)
                    Add("before", state, 2 * layers, 1, width);
            }
            var remembers = layers > 0 && piece?.Cut is not null;
            using var results = session.Run(_run, [.. all.Select(input => input.Name)], [.. all.Select(input => input.Value)],
                remembers ? [output, "after"] : [output]);
            if (remembers)
                state = results[1].GetTensorDataAsSpan<float>().ToArray();
            return results[0].GetTensorDataAsSpan<T>().ToArray();
        }
        finally
        {
            own.ForEach(value => value.Dispose());
        }
    }

    public void Dispose()
    {
        _run.Dispose();
        session.Dispose();
    }
}
