using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Tensors;

public class GradientMarkTests
{
    [Fact]
    public void A_mark_tells_when_what_lies_behind_it_has_its_gradients_and_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var (x, before, behind) = (tensor(2f), tensor(3f).requires_grad_(true), tensor(5f).requires_grad_(true));
        var seen = new List<(float? Before, float? Behind)>();
        float? Of(Tensor leaf) => leaf.grad is { } gradient ? gradient.item<float>() : null;
        var marked = GradientMark.Apply(x * before, () => seen.Add((Of(before), Of(behind))));
        (marked * behind).backward();
        Assert.Equal([(null, 6)], seen);
        Assert.Equal((10f, 6f), (Of(before)!.Value, Of(behind)!.Value));
    }

    [Fact]
    public void What_has_no_gradient_has_no_mark()
    {
        using var x = tensor(2f);
        Assert.Same(x, GradientMark.Apply(x, () => Assert.Fail("nothing comes back")));
    }
}
