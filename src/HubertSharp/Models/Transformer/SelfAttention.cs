using HubertSharp.Tensors;
using HubertSharp.Tensors.Kernels;
using static TorchSharp.torch;

namespace HubertSharp.Models.Transformer;

// B rows, T frames, N = B · T, D width, H heads of E = D / H.

/// <summary>
/// Multi-head self-attention up to the output projection's product (its bias goes with the residual, <see cref="ResidualNorm"/>).
/// One product makes query, key and value; scale, padding, softmax and dropout are one pass; backward is written out and adds
/// parameter gradients straight to the flat buffer. Saved for backward are the attention weights once, not three times.
/// </summary>
internal sealed class SelfAttention : autograd.SingleTensorFunction<SelfAttention>
{
    public override string Name => nameof(SelfAttention);

    /// <param name="projections">Of query, key and value.</param>
    /// <param name="output">Of the output projection, the weight.</param>
    /// <param name="heads">H.</param>
    /// <param name="x">[B, T, D] in the compute type.</param>
    /// <param name="keyBias">[B, T] float32: −∞ where padding; or null.</param>
    /// <param name="drop">Of the attention weights.</param>
    /// <returns>[B, T, D] without the output projection's bias.</returns>
    public static Tensor Apply(
        WeightAndBias[] projections, Parameter output, int heads, Tensor x, Tensor? keyBias, DropoutDraw drop) =>
        apply(x, output.Leaf, new Settings(projections, output, heads, keyBias, drop));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (x, outWeight, settings) = (((Tensor)vars[0]).contiguous(), ((Tensor)vars[1]).detach(), (Settings)vars[2]);
        var (rows, frames, width) = (x.shape[0], (int)x.shape[1], x.shape[2]);
        var (heads, headWidth) = (settings.Heads, width / settings.Heads);
        var flat = x.view(-1, width);
        // [3D, D]
        var weight = cat(settings.Projections.Select(projection => projection.Weight.Leaf.detach()).ToArray(), 0);
        var projected = Products.Transposed(flat, weight); // [N, 3D]
        Tensor Head() => empty([rows * heads, frames, headWidth], x.dtype);
        var (query, key, value) = (Head(), Head(), Head());
        Tensor[] biases = [.. settings.Projections.Select(projection => projection.Bias.Master())];
        HeadKernel.Split(projected, biases, frames, [query, key, value], heads);
        projected.Dispose();
        var weights = query.bmm(key.transpose(1, 2)); // [B · H, T, T]
        var dropped = settings.Drop.Drops ? empty_like(weights) : null;
        SoftmaxKernel.Forward(weights, dropped, settings.KeyBias, settings.Scale(headWidth), settings.Drop);
        var mixed = (dropped ?? weights).bmm(value).view(rows, heads, frames, headWidth).transpose(1, 2).reshape(-1, width); // [N, D]
        dropped?.Dispose();
        Tensor[] saved = [flat, weight, query, key, value, weights, mixed, outWeight];
        ctx.save_for_backward([.. saved]);
        ctx.save_data("settings", settings);
        foreach (var tensor in saved)
            tensor.MoveToOuterDisposeScope();
        return Products.Transposed(mixed, outWeight).view(rows, frames, width).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        BackwardMemory.Release();
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var saved = ctx.get_saved_variables();
        var (flat, weight, query, key, value, weights, mixed, outWeight) = (saved[0], saved[1], saved[2], saved[3], saved[4], saved[5],
            saved[6], saved[7]);
        var settings = (Settings)ctx.get_data("settings");
        var (rows, frames, width) = (grad_output.shape[0], (int)grad_output.shape[1], grad_output.shape[2]);
        var (heads, headWidth) = (settings.Heads, width / settings.Heads);
        var outer = grad_output.contiguous().view(-1, width); // [N, D]
        settings.Output.Gradient.add_(Products.Of(outer.t(), mixed), Scalars.One);
        // [B · H, T, E]
        var mixedGradient = Products.Of(outer, outWeight).view(rows, frames, heads, headWidth).transpose(1, 2)
            .reshape(-1, frames, headWidth);
        var scores = mixedGradient.bmm(value.transpose(1, 2)); // [B · H, T, T]
        var dropped = settings.Drop.Drops ? empty_like(weights) : null;
        SoftmaxKernel.Backward(weights, scores, dropped, settings.Scale(headWidth), settings.Drop.Scale);
        Tensor[] headGradients =
        [
            scores.bmm(key), scores.transpose(1, 2).bmm(query), (dropped ?? weights).transpose(1, 2).bmm(mixedGradient),
        ];
        scores.Dispose();
        dropped?.Dispose();
        var projected = empty([outer.shape[0], 3 * width], outer.dtype);
        HeadKernel.Merge([.. headGradients.Select(head => head.contiguous())], frames, heads, projected,
            [.. settings.Projections.Select(projection => projection.Bias.Gradient)]);
        var weightGradient = Products.Of(projected.t(), flat); // [3D, D]
        for (var i = 0; i < settings.Projections.Length; i++)
            settings.Projections[i].Weight.Gradient.add_(weightGradient.narrow(0, i * width, width), Scalars.One);
        var inputGradient = Products.Of(projected, weight).view(rows, frames, width);
        foreach (var tensor in saved)
            tensor.Dispose();
        return [BackwardMemory.Return(inputGradient), null!, null!];
    }

    private sealed record Settings(WeightAndBias[] Projections, Parameter Output, int Heads, Tensor? KeyBias, DropoutDraw Drop)
    {
        public float Scale(long headWidth) => (float)Math.Pow(headWidth, -0.5);
    }
}
