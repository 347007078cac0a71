using HubertSharp.Tensors;
using HubertSharp.Tensors.Kernels.Recurrent;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace HubertSharp.SpeechTokenizer.Seanet;

// T frames, B rows, I width of the input, H of the output

/// <summary>
/// One direction of one layer of an LSTM over time. On a processor the products with all inputs, and all gradients of the weights, are
/// one product each, and only what a frame hands on to the next is computed frame by frame.
/// </summary>
internal static class LstmDirection
{
    /// <summary>A whole recording.</summary>
    /// <param name="weights">Of the direction.</param>
    /// <param name="x">[T, B, I].</param>
    /// <param name="reversed">From the last frame to the first.</param>
    /// <returns>[T, B, H].</returns>
    public static Tensor Run(LstmWeights weights, Tensor x, bool reversed) =>
        is_grad_enabled() && x.device_type == TorchSharp.DeviceType.CPU
            ? LstmFunction.Apply(x, weights.Input, weights.Recurrent, weights.Bias, weights.RecurrentBias, reversed)
            : Run(weights, x, null, reversed).Output;

    /// <summary>A piece of a recording, without gradients.</summary>
    /// <param name="weights">Of the direction.</param>
    /// <param name="x">[T, B, I].</param>
    /// <param name="before">Hidden values and cells before its first frame, [1, B, H] each; null for zeros.</param>
    /// <returns>[T, B, H], and what is remembered behind its last frame.</returns>
    public static (Tensor Output, (Tensor Hidden, Tensor Cell) End) Run(
        LstmWeights weights, Tensor x, (Tensor Hidden, Tensor Cell)? before) => Run(weights, x, before, reversed: false);

    /// <summary>The same in torch's operators, for other devices; gradients pass.</summary>
    internal static (Tensor Output, (Tensor Hidden, Tensor Cell) End) Stepwise(
        LstmWeights weights, Tensor x, (Tensor Hidden, Tensor Cell)? before, bool reversed)
    {
        using var scope = NewDisposeScope();
        var gates = linear(x, weights.Input, weights.Bias.add(weights.RecurrentBias, Scalars.One)); // [T, B, 4H]
        var width = weights.Recurrent.shape[1];
        var hidden = before is var (h, c) ? h[0] : zeros([x.shape[1], width], device: x.device);
        var cell = before is var (_, d) ? d[0] : zeros_like(hidden);
        var outputs = new Tensor[x.shape[0]];
        for (var step = 0; step < outputs.Length; step++)
        {
            var frame = reversed ? outputs.Length - 1 - step : step;
            var own = gates[frame].add(hidden.mm(weights.Recurrent.t()), Scalars.One).chunk(4, 1);
            cell = (own[1].sigmoid() * cell).add(own[0].sigmoid() * own[2].tanh(), Scalars.One);
            outputs[frame] = hidden = own[3].sigmoid() * cell.tanh();
        }
        return (stack(outputs).MoveToOuterDisposeScope(),
            (hidden.unsqueeze(0).MoveToOuterDisposeScope(), cell.unsqueeze(0).MoveToOuterDisposeScope()));
    }

    private static (Tensor Output, (Tensor Hidden, Tensor Cell) End) Run(
        LstmWeights weights, Tensor x, (Tensor Hidden, Tensor Cell)? before, bool reversed)
    {
        if (x.device_type != TorchSharp.DeviceType.CPU)
            return Stepwise(weights, x, before, reversed);
        using var scope = NewDisposeScope();
        var (hidden, cells) = weights.OverFrames?.Forward(x, before, reversed) ?? Plain(weights, x, before, reversed);
        var last = reversed ? 0 : x.shape[0] - 1;
        return (hidden.MoveToOuterDisposeScope(), (hidden.narrow(0, last, 1).clone().MoveToOuterDisposeScope(),
            cells.narrow(0, last, 1).clone().MoveToOuterDisposeScope()));
    }

    private static (Tensor Hidden, Tensor Cells) Plain(
        LstmWeights weights, Tensor x, (Tensor Hidden, Tensor Cell)? before, bool reversed)
    {
        using var gates = Inputs(x, weights.Input, weights.Bias, weights.RecurrentBias);
        long[] shape = [x.shape[0], x.shape[1], weights.Recurrent.shape[1]];
        var (hidden, cells) = (empty(shape), empty(shape));
        LstmKernel.Forward(gates, weights.Recurrent, before, hidden, cells, reversed);
        return (hidden, cells);
    }

    /// <summary>What the inputs give to the gates, [T, B, 4H].</summary>
    private static Tensor Inputs(Tensor x, Tensor weight, Tensor bias, Tensor second) =>
        Products.Transposed(x.reshape(-1, x.shape[2]), weight).add_(bias.add(second, Scalars.One), Scalars.One)
            .view(x.shape[0], x.shape[1], -1);

    /// <summary>The same with gradients, from zeros before the first frame.</summary>
    private sealed class LstmFunction : autograd.SingleTensorFunction<LstmFunction>
    {
        public override string Name => nameof(LstmFunction);

        public static Tensor Apply(Tensor x, Tensor input, Tensor recurrent, Tensor bias, Tensor second, bool reversed) =>
            apply(x, input, recurrent, bias, second, reversed);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            Tensor Input(int index) => ((Tensor)vars[index]).detach();
            var (x, input, recurrent, reversed) = (Input(0).contiguous(), Input(1), Input(2), (bool)vars[5]);
            var gates = Inputs(x, input, Input(3), Input(4));
            long[] shape = [x.shape[0], x.shape[1], recurrent.shape[1]];
            var (hidden, cells) = (empty(shape), empty(shape));
            LstmKernel.Forward(gates, recurrent, null, hidden, cells, reversed);
            ctx.save_for_backward([x, input, recurrent, gates, hidden, cells]);
            ctx.save_data("reversed", reversed);
            foreach (var kept in (Tensor[])[x, input, recurrent, gates, hidden, cells])
                kept.MoveToOuterDisposeScope();
            return hidden.alias().MoveToOuterDisposeScope();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            BackwardMemory.Release();
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var saved = ctx.get_saved_variables();
            var (x, input, recurrent, gates, hidden, cells) = (saved[0], saved[1], saved[2], saved[3], saved[4], saved[5]);
            var reversed = (bool)ctx.get_data("reversed");
            LstmKernel.Backward(gates, recurrent.t().contiguous(), cells, grad_output.detach().contiguous(), reversed);
            var (frames, width) = (x.shape[0], hidden.shape[2]);
            var flat = gates.view(-1, 4 * width); // [T B, 4H]
            // each frame's gates heard the hidden values of the frame before
            var heard = gates.narrow(0, reversed ? 0 : 1, frames - 1).view(-1, 4 * width);
            var said = hidden.narrow(0, reversed ? 1 : 0, frames - 1).view(-1, width);
            var bias = flat.sum(0, keepdim: false);
            Tensor[] gradients =
            [
                flat.mm(input).view(x.shape), flat.t().mm(x.view(-1, x.shape[2])), heard.t().mm(said), bias, bias.clone(),
            ];
            foreach (var tensor in saved)
                tensor.Dispose();
            return [.. gradients.Select(BackwardMemory.Return), null!];
        }
    }
}
