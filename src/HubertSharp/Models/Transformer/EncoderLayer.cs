using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using HubertSharp.Tensors.Kernels;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace HubertSharp.Models.Transformer;

// B rows, T frames, D width, H heads, E = D / H.

/// <summary>
/// One Transformer layer: self-attention and feed-forward, each with dropout and a residual; layer norm after each sum (Base) or
/// before each block (<c>layer_norm_first</c>, Large).
/// </summary>
internal sealed class EncoderLayer
{
    private const ulong AttentionWeights = 0, AfterAttention = 1, Activation = 2, AfterFeedForward = 3;

    private readonly ModelConfig _config;
    private readonly WeightAndBias[] _projections; // of query, key and value
    private readonly WeightAndBias _output, _attentionNorm, _first, _second, _finalNorm;

    public EncoderLayer(ModelConfig config, ParameterStore parameters, int index)
    {
        _config = config;
        WeightAndBias Of(string name) => parameters.WeightAndBiasOf($"encoder.layers.{index}.{name}");
        _projections = [Of("self_attn.q_proj"), Of("self_attn.k_proj"), Of("self_attn.v_proj")];
        (_output, _attentionNorm) = (Of("self_attn.out_proj"), Of("self_attn_layer_norm"));
        (_first, _second, _finalNorm) = (Of("fc1"), Of("fc2"), Of("final_layer_norm"));
    }

    /// <param name="x">[B, T, D].</param>
    /// <param name="keyBias">[B, T] float32: −∞ where padding, or null.</param>
    /// <param name="training">Whether dropouts act.</param>
    /// <param name="seed">This layer's own.</param>
    public Tensor Forward(Tensor x, Tensor? keyBias, bool training, ulong seed) =>
        x.device_type == TorchSharp.DeviceType.CPU ? Fused(x, keyBias, training, seed) : Plain(x, keyBias, training, seed);

    /// <summary>The hand-written blocks, on the CPU.</summary>
    internal Tensor Fused(Tensor x, Tensor? keyBias, bool training, ulong seed)
    {
        using var scope = NewDisposeScope();
        DropoutDraw Drop(double rate, ulong place) =>
            training && rate > 0 ? DropoutDraw.Of(rate, SeededRandom.Derive(seed, place)) : DropoutDraw.None;
        Tensor Attention(Tensor y) =>
            SelfAttention.Apply(_projections, _output.Weight, _config.EncoderAttentionHeads, y, keyBias,
                Drop(_config.AttentionDropout, AttentionWeights));
        Tensor Network(Tensor y) => FeedForward.Apply(_first, _second.Weight, y, Drop(_config.ActivationDropout, Activation));
        Tensor Add(Tensor residual, Tensor branch, WeightAndBias last, WeightAndBias? norm, ulong place) =>
            ResidualNorm.Apply(residual, branch, last.Bias, norm, Drop(_config.Dropout, place));

        if (_config.LayerNormFirst)
        {
            x = Add(x, Attention(Norm(x, _attentionNorm)), _output, null, AfterAttention);
            x = Add(x, Network(Norm(x, _finalNorm)), _second, null, AfterFeedForward);
        }
        else
        {
            x = Add(x, Attention(x), _output, _attentionNorm, AfterAttention);
            x = Add(x, Network(x), _second, _finalNorm, AfterFeedForward);
        }
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Operators of torch alone, for any device.</summary>
    internal Tensor Plain(Tensor x, Tensor? keyBias, bool training, ulong seed)
    {
        using var scope = NewDisposeScope();
        Tensor Drop(Tensor y, double rate, ulong place) => training ? Dropout.Apply(y, rate, SeededRandom.Derive(seed, place)) : y;

        Tensor Attention(Tensor y)
        {
            if (x.device_type != TorchSharp.DeviceType.CUDA)
                return PlainAttention(y, keyBias, Drop);
            // torch's generator draws the dropout inside the device's kernel; a seed of the step's own makes a resumed run repeat it
            cuda.manual_seed((long)(SeededRandom.Derive(seed, AttentionWeights) >> 1));
            return DeviceAttention(y, keyBias, training ? _config.AttentionDropout : 0);
        }

        if (_config.LayerNormFirst)
        {
            x = x.add(Drop(Attention(Norm(x, _attentionNorm)), _config.Dropout, AfterAttention), Scalars.One);
            x = x.add(Drop(PlainFeedForward(Norm(x, _finalNorm), Drop), _config.Dropout, AfterFeedForward), Scalars.One);
        }
        else
        {
            x = Norm(x.add(Drop(Attention(x), _config.Dropout, AfterAttention), Scalars.One), _attentionNorm);
            x = Norm(x.add(Drop(PlainFeedForward(x, Drop), _config.Dropout, AfterFeedForward), Scalars.One), _finalNorm);
        }
        return x.MoveToOuterDisposeScope();
    }

    internal Tensor PlainAttention(Tensor x, Tensor? keyBias, Func<Tensor, double, ulong, Tensor> drop)
    {
        var headWidth = x.shape[2] / _config.EncoderAttentionHeads;
        var query = Heads(Linear(x, _projections[0]) * Scalars.Of(Math.Pow(headWidth, -0.5)));
        var scores = matmul(query, Heads(Linear(x, _projections[1])).transpose(2, 3)); // [B, H, T, T]
        if (keyBias is not null)
            scores = scores.add(keyBias.to_type(scores.dtype).unsqueeze(1).unsqueeze(1), Scalars.One);
        var weights = drop(F.softmax(scores, -1), _config.AttentionDropout, AttentionWeights);
        var mixed = matmul(weights, Heads(Linear(x, _projections[2]))).transpose(1, 2).reshape(x.shape);
        return Linear(mixed, _output);
    }

    /// <summary>torch's fused attention, which never stores the weights on a GPU.</summary>
    internal Tensor DeviceAttention(Tensor x, Tensor? keyBias, double dropout)
    {
        var mask = keyBias?.to_type(x.dtype).unsqueeze(1).unsqueeze(1); // [B, 1, 1, T]
        var mixed = F.scaled_dot_product_attention(
            Heads(Linear(x, _projections[0])), Heads(Linear(x, _projections[1])), Heads(Linear(x, _projections[2])),
            mask, dropout);
        return Linear(mixed.transpose(1, 2).reshape(x.shape), _output);
    }

    /// <summary>[B, T, D] to [B, H, T, E].</summary>
    private Tensor Heads(Tensor x) =>
        x.view(x.shape[0], x.shape[1], _config.EncoderAttentionHeads, x.shape[2] / _config.EncoderAttentionHeads).transpose(1, 2);

    private Tensor PlainFeedForward(Tensor x, Func<Tensor, double, ulong, Tensor> drop) =>
        Linear(drop(F.gelu(Linear(x, _first)), _config.ActivationDropout, Activation), _second);

    private static Tensor Linear(Tensor x, WeightAndBias layer) => F.linear(x, layer.Weight.Leaf, layer.Bias.Leaf);

    private static Tensor Norm(Tensor x, WeightAndBias norm) => F.layer_norm(x, [x.shape[^1]], norm.Weight.Leaf, norm.Bias.Leaf);
}
