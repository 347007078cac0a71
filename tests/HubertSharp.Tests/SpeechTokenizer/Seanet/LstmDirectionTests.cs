using HubertSharp.SpeechTokenizer.Seanet;
using HubertSharp.Tests.Tensors;
using TorchSharp;
using TorchSharp.Modules;

namespace HubertSharp.Tests.SpeechTokenizer.Seanet;

/// <summary>Our LSTM against torch's own: values, states and all gradients.</summary>
public sealed class LstmDirectionTests
{
    [Theory]
    [InlineData(7, 3, 5, 24, false)]
    [InlineData(7, 3, 5, 24, true)]
    [InlineData(1, 1, 3, 1, false)]
    [InlineData(40, 2, 96, 96, true)]
    [InlineData(9, 1, 16, 130, false)]
    public void It_is_torchs_lstm(int frames, int rows, int inputs, int width, bool reversed)
    {
        using var scope = torch.NewDisposeScope();
        torch.random.manual_seed(frames + width);
        using var layer = torch.nn.LSTM(inputs, width);
        var own = Of(layer);
        var x = torch.randn(frames, rows, inputs);
        x.mul_(3.0.ToScalar()); // gates that are shut, too
        var weights = torch.randn(frames, rows, width);
        List<torch.Tensor> Learnt(Func<torch.Tensor, torch.Tensor> run)
        {
            var leaf = x.clone().requires_grad_(true);
            foreach (var parameter in (torch.Tensor[])[own.Input, own.Recurrent, own.Bias, own.RecurrentBias])
                parameter.grad?.zero_();
            var output = run(leaf);
            (output * weights).sum().backward();
            return [output.detach(), leaf.grad!, own.Input.grad!.clone(), own.Recurrent.grad!.clone(), own.Bias.grad!.clone(),
                own.RecurrentBias.grad!.clone()];
        }

        var expected = Learnt(leaf => reversed ? layer.call(leaf.flip(0), null).Item1.flip(0) : layer.call(leaf, null).Item1);
        foreach (var found in (List<torch.Tensor>[])[Learnt(leaf => LstmDirection.Run(own, leaf, reversed)),
            Learnt(leaf => LstmDirection.Stepwise(own, leaf, null, reversed).Output)])
        {
            Assert.All(expected.Zip(found), pair => Near(pair.First, pair.Second));
        }
        using var guard = torch.no_grad();
        Near(expected[0], LstmDirection.Run(own, x, reversed));
        using var packed = Copied(own).Packed().OverFrames;
        Near(expected[0], packed!.Forward(x, null, reversed).Hidden);
    }

    [Fact]
    public void A_piece_goes_on_from_the_one_before()
    {
        using var scope = torch.NewDisposeScope();
        using var guard = torch.no_grad();
        torch.random.manual_seed(2);
        using var layer = torch.nn.LSTM(6, 20);
        var x = torch.randn(11, 2, 6);
        var (whole, hidden, cell) = layer.call(x, null);
        var packed = Copied(Of(layer)).Packed();
        using var owned = packed.OverFrames;
        foreach (var weights in (LstmWeights[])[Of(layer), packed])
        {
            var (first, between) = LstmDirection.Run(weights, x.narrow(0, 0, 4), null);
            var (second, end) = LstmDirection.Run(weights, x.narrow(0, 4, 7), between);
            Near(whole, torch.cat([first, second], 0));
            Near(hidden, end.Hidden);
            Near(cell, end.Cell);
        }
    }

    /// <summary>Whose tensors may be let go.</summary>
    private static LstmWeights Copied(LstmWeights weights) => new(weights.Input.detach().clone(), weights.Recurrent.detach().clone(),
        weights.Bias.detach(), weights.RecurrentBias.detach());

    private static LstmWeights Of(LSTM layer)
    {
        var named = layer.named_parameters().ToDictionary(one => one.name, one => (torch.Tensor)one.parameter);
        return new LstmWeights(named["weight_ih_l0"], named["weight_hh_l0"], named["bias_ih_l0"], named["bias_hh_l0"]);
    }

    private static void Near(torch.Tensor expected, torch.Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        var (wanted, got) = (TensorAssert.Values(expected), TensorAssert.Values(actual));
        TensorAssert.Near(wanted, got, 2e-6 * Math.Max(1, wanted.Max(Math.Abs)), "values");
    }
}
