using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Seanet;

/// <summary>What an LSTM remembers at a cut: hidden values and cells of each layer's forward direction, each [1, B, C].</summary>
internal sealed class LstmState(IReadOnlyList<(Tensor Hidden, Tensor Cell)> layers) : IDisposable
{
    public (Tensor Hidden, Tensor Cell) this[int layer] => layers[layer];

    public void Dispose()
    {
        foreach (var (hidden, cell) in layers)
        {
            hidden.Dispose();
            cell.Dispose();
        }
    }
}
