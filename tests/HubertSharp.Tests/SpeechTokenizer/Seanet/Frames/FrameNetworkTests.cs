using System.Text.Json.Nodes;
using HubertSharp.SpeechTokenizer;
using HubertSharp.SpeechTokenizer.Seanet;
using HubertSharp.Tests.Tensors;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer.Seanet.Frames;

/// <summary>The network that only computes gives what the network that learns gives, for any settings and lengths.</summary>
public sealed class FrameNetworkTests
{
    [Theory]
    [InlineData("[3, 2, 2]", 3, 1, 2, "ELU", 2, 2, true)]
    [InlineData("[8, 5, 4, 2]", 3, 1, 2, "ELU", 8, 0, false)]
    [InlineData("[5, 3]", 5, 3, 3, "Snake", 10, 1, false)]
    [InlineData("[4, 2]", 3, 2, 2, "ELU", 32, 1, true)] // wide enough for triplets
    [InlineData("[7]", 1, 2, 1, "Snake", 34, 1, true)]
    [InlineData("[2, 2]", 3, 0, 2, "ELU", 256, 0, false)] // rows that lie a page apart
    public void It_computes_what_was_learnt(
        string strides, int kernel, int units, int dilation, string activation, int filters, int lstm, bool bidirectional)
    {
        var made = TokenizerFixtures.Made(("strides", JsonNode.Parse(strides)!), ("residual_kernel_size", kernel),
            ("n_residual_layers", units), ("dilation_base", dilation), ("activation", activation), ("n_filters", filters),
            ("lstm_layers", lstm), ("bidirectional", bidirectional));
        using var guard = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var model = made.Build(torch.CPU);
        using var weights = new TokenizerWeights(made, torch.CPU);
        var (encoder, decoder) = (SeanetNetwork.Encoder(weights, made.Config), SeanetNetwork.Decoder(weights, made.Config));
        torch.random.manual_seed(filters);
        foreach (var length in (long[])[1, 2, 7, 160, 1001])
        {
            var samples = torch.randn(2, 1, length);
            Near(encoder.Forward(samples), model.Encoder.Forward(samples));
            var frames = torch.randn(2, made.Config.Dimension, Math.Max(1, length / made.Config.Hop));
            Near(decoder.Forward(frames), model.Decoder.Forward(frames));
        }
    }

    private static void Near(torch.Tensor expected, torch.Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        var (values, found) = (TensorAssert.Values(expected), TensorAssert.Values(actual));
        Assert.InRange(TensorAssert.RelativeDistance(found, values), 0, 2e-5);
    }
}
