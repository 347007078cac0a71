using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Seanet.Frames;

/// <summary>Layers one behind the other.</summary>
internal sealed class FrameStack(IReadOnlyList<FrameLayer> layers) : FrameLayer
{
    public override Tensor Forward(Tensor x) =>
        LayerStack.Through(x, layers.Select<FrameLayer, Func<Tensor, Tensor>>(layer => layer.Forward));

    /// <summary>Recordings [B, C, S] one by one, as the training network takes them.</summary>
    /// <returns>[B, C', S'].</returns>
    public Tensor Recordings(Tensor x)
    {
        using var scope = NewDisposeScope();
        var made = new Tensor[x.shape[0]];
        for (var i = 0; i < made.Length; i++)
            made[i] = Forward(x[i].t().contiguous()).t();
        return (made is [var only] ? only.unsqueeze(0) : stack(made)).MoveToOuterDisposeScope();
    }

    public override void Dispose()
    {
        foreach (var layer in layers)
            layer.Dispose();
    }
}
