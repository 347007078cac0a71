using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Seanet;

/// <summary>Layers one behind the other; what lies between two is freed as soon as the second has read it.</summary>
internal sealed class LayerStack(IReadOnlyList<SeanetLayer> layers) : SeanetLayer
{
    public override Tensor Forward(Tensor x)
    {
        var last = x;
        foreach (var layer in layers)
        {
            var next = layer.Forward(last);
            if (!ReferenceEquals(last, x))
                last.Dispose();
            last = next;
        }
        return last;
    }

    public override long Spoiled(long inputs) => layers.Aggregate(inputs, (spoiled, layer) => layer.Spoiled(spoiled));
}
