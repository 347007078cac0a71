using System.Diagnostics;
using HubertSharp.SpeechTokenizer.Seanet.Frames;
using HubertSharp.Tensors.Kernels.Convolutions;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Seanet;

/// <summary>Layers one behind the other.</summary>
internal sealed class LayerStack(IReadOnlyList<SeanetLayer> layers) : SeanetLayer
{
    public override Tensor Forward(Tensor x) => Through(x, layers.Select<SeanetLayer, Func<Tensor, Tensor>>(layer => layer.Forward));

    /// <summary>One after the other, over frames too; what lies between two is freed as soon as the second has read it.</summary>
    /// <param name="x">Stays the caller's.</param>
    /// <param name="layers">What each makes of what it is given.</param>
    public static Tensor Through(Tensor x, IEnumerable<Func<Tensor, Tensor>> layers)
    {
        var last = x;
        foreach (var layer in layers)
        {
            var next = layer(last);
            if (!ReferenceEquals(last, x))
                last.Dispose();
            last = next;
        }
        return last;
    }

    /// <summary>The same layers over frames; an activation goes along with the convolution behind it.</summary>
    public FrameStack OverFrames()
    {
        var over = new List<FrameLayer>();
        RowActivation? before = null;
        foreach (var layer in layers)
        {
            if (layer is Activation activation)
            {
                before = activation.OverRows();
                continue;
            }
            over.Add(layer switch
            {
                PaddedConvolution convolution => convolution.OverFrames(before),
                TransposedConvolution transposed => transposed.OverFrames(before),
                ResidualUnit unit => unit.OverFrames(),
                _ => throw new UnreachableException(),
            });
            before = null;
        }
        return new FrameStack(over);
    }

    public override long Spoiled(long inputs) => layers.Aggregate(inputs, (spoiled, layer) => layer.Spoiled(spoiled));
}
