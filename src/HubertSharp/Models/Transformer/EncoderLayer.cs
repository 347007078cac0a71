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
    private readonly ParameterStore _parameters;
    private readonly string _prefix;

    public EncoderLayer(ModelConfig config, ParameterStore parameters, int index)
    {
        _config = config;
        _parameters = parameters;
        _prefix = $"encoder.layers.{index}.";
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
            SelfAttention.Apply(_parameters, _config, _prefix + "self_attn.", y, keyBias, Drop(_config.AttentionDropout, AttentionWeights));
        Tensor Network(Tensor y) => FeedForward.Apply(_parameters, _prefix, y, Drop(_config.ActivationDropout, Activation));
        Tensor Add(Tensor residual, Tensor branch, string bias, string? norm, ulong place) =>
            ResidualNorm.Apply(_parameters, residual, branch, _prefix + bias, norm is null ? null : _prefix + norm,
                Drop(_config.Dropout, place));

        if (_config.LayerNormFirst)
        {
            x = Add(x, Attention(Norm(x, "self_attn_layer_norm")), "self_attn.out_proj.bias", null, AfterAttention);
            x = Add(x, Network(Norm(x, "final_layer_norm")), "fc2.bias", null, AfterFeedForward);
        }
        else
        {
            x = Add(x, Attention(x), "self_attn.out_proj.bias", "self_attn_layer_norm", AfterAttention);
            x = Add(x, Network(x), "fc2.bias", "final_layer_norm", AfterFeedForward);
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
            x = x.add(Drop(Attention(Norm(x, "self_attn_layer_norm")), _config.Dropout, AfterAttention), Scalars.One);
            x = x.add(Drop(PlainFeedForward(Norm(x, "final_layer_norm"), Drop), _config.Dropout, AfterFeedForward), Scalars.One);
        }
        else
        {
            x = Norm(x.add(Drop(Attention(x), _config.Dropout, AfterAttention), Scalars.One), "self_attn_layer_norm");
            x = Norm(x.add(Drop(PlainFeedForward(x, Drop), _config.Dropout, AfterFeedForward), Scalars.One), "final_layer_norm");
        }
        return x.MoveToOuterDisposeScope();
    }

    internal Tensor PlainAttention(Tensor x, Tensor? keyBias, Func<Tensor, double, ulong, Tensor> drop)
    {
        var headWidth = x.shape[2] / _config.EncoderAttentionHeads;
        var query = Heads(Linear(x, "self_attn.q_proj") * Scalars.Of(Math.Pow(headWidth, -0.5)));
        var scores = matmul(query, Heads(Linear(x, "self_attn.k_proj")).transpose(2, 3)); // [B, H, T, T]
        if (keyBias is not null)
            scores = scores.add(keyBias.to_type(scores.dtype).unsqueeze(1).unsqueeze(1), Scalars.One);
        var weights = drop(F.softmax(scores, -1), _config.AttentionDropout, AttentionWeights);
        var mixed = matmul(weights, Heads(Linear(x, "self_attn.v_proj"))).transpose(1, 2).reshape(x.shape);
        return Linear(mixed, "self_attn.out_proj");
    }

    /// <summary>torch's fused attention, which never stores the weights on a GPU.</summary>
    internal Tensor DeviceAttention(Tensor x, Tensor? keyBias, double dropout)
    {
        var mask = keyBias?.to_type(x.dtype).unsqueeze(1).unsqueeze(1); // [B, 1, 1, T]
        var mixed = F.scaled_dot_product_attention(
            Heads(Linear(x, "self_attn.q_proj")), Heads(Linear(x, "self_attn.k_proj")), Heads(Linear(x, "self_attn.v_proj")),
            mask, dropout);
        return Linear(mixed.transpose(1, 2).reshape(x.shape), "self_attn.out_proj");
    }

    /// <summary>[B, T, D] to [B, H, T, E].</summary>
    private Tensor Heads(Tensor x) =>
        x.view(x.shape[0], x.shape[1], _config.EncoderAttentionHeads, x.shape[2] / _config.EncoderAttentionHeads).transpose(1, 2);

    private Tensor PlainFeedForward(Tensor x, Func<Tensor, double, ulong, Tensor> drop) =>
        Linear(drop(F.gelu(Linear(x, "fc1")), _config.ActivationDropout, Activation), "fc2");

    private Tensor Linear(Tensor x, string name) =>
        F.linear(x, _parameters[_prefix + name + ".weight"], _parameters[_prefix + name + ".bias"]);

    private Tensor Norm(Tensor x, string name) =>
        F.layer_norm(x, [x.shape[^1]], _parameters[_prefix + name + ".weight"], _parameters[_prefix + name + ".bias"]);
}
