using HubertSharp.SpeechTokenizer.Seanet;
using HubertSharp.Tests.Tensors;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer.Seanet;

/// <summary>How far the layers before and behind an LSTM hear, against what they really change at a cut.</summary>
public sealed class SeanetNetworkTests
{
    [Theory]
    [InlineData("[3, 2, 2]", 3, 1)]
    [InlineData("[8, 5, 4, 2]", 3, 1)]
    [InlineData("[5, 3]", 5, 3)]
    [InlineData("[7]", 1, 0)]
    public void A_cut_spoils_no_more_than_the_network_says(string strides, int kernel, int units)
    {
        var made = TokenizerFixtures.Made(("strides", System.Text.Json.Nodes.JsonNode.Parse(strides)!), ("residual_kernel_size", kernel),
            ("n_residual_layers", units), ("lstm_layers", 1));
        using var guard = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var model = made.Build(torch.CPU);
        const int frames = 60, cut = 20;
        var hop = model.Config.Hop;
        var samples = torch.tensor(TokenizerFixtures.Samples((frames * hop) - 1), [1, 1, (frames * hop) - 1]);
        Same(model.Encoder, samples, cut, hop, isFront: true);
        var latent = torch.randn([1, model.Config.Width, frames], generator: new torch.Generator(1));
        Same(model.Decoder, latent, cut, 1, isFront: false);
        Assert.True(model.Encoder.FrontFrames < 8 && model.Decoder.BackFrames < 12);
    }

    private static void Same(SeanetNetwork network, torch.Tensor input, int cut, int inputs, bool isFront)
    {
        torch.Tensor Part(torch.Tensor x) => isFront ? network.Front(x) : network.Back(x);
        var (spoiled, outputs) = isFront ? (network.FrontFrames, 1) : (network.BackFrames, network.OutputsPerFrame);
        var whole = Part(input);
        var behind = Part(input.narrow(2, cut * inputs, input.shape[2] - (cut * inputs)));
        var before = Part(input.narrow(2, 0, cut * inputs));
        Near(whole.narrow(2, (cut + spoiled) * outputs, whole.shape[2] - ((cut + spoiled) * outputs)),
            behind.narrow(2, spoiled * outputs, behind.shape[2] - (spoiled * outputs)));
        Near(whole.narrow(2, 0, (cut - spoiled) * outputs), before.narrow(2, 0, (cut - spoiled) * outputs));
    }

    private static void Near(torch.Tensor expected, torch.Tensor actual) =>
        TensorAssert.Near(TensorAssert.Values(expected), TensorAssert.Values(actual), 1e-4, "outputs");
}
