using HubertSharp.Models.Kernels;
using HubertSharp.Runs.Configuration;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace HubertSharp.Models;

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
        DropoutDraw Drop(double rate, ulong place) => training && rate > 0 ? DropoutDraw.Of(rate, SeedMixer.Derive(seed, place)) : DropoutDraw.None;
        Tensor Attention(Tensor y) => SelfAttention.Apply(_parameters, _config, _prefix + "self_attn.", y, keyBias, Drop(_config.AttentionDropout, AttentionWeights));
        Tensor Network(Tensor y) => FeedForward.Apply(_parameters, _prefix, y, Drop(_config.ActivationDropout, Activation));
        Tensor Add(Tensor residual, Tensor branch, string bias, string? norm, ulong place) =>
            ResidualNorm.Apply(_parameters, residual, branch, _prefix + bias, norm is null ? null : _prefix + norm, Drop(_config.Dropout, place));

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
        Tensor Drop(Tensor y, double rate, ulong place) => training ? Dropout.Apply(y, rate, SeedMixer.Derive(seed, place)) : y;

        if (_config.LayerNormFirst)
        {
            x = x + Drop(PlainAttention(Norm(x, "self_attn_layer_norm"), keyBias, Drop), _config.Dropout, AfterAttention);
            x = x + Drop(PlainFeedForward(Norm(x, "final_layer_norm"), Drop), _config.Dropout, AfterFeedForward);
        }
        else
        {
            x = Norm(x + Drop(PlainAttention(x, keyBias, Drop), _config.Dropout, AfterAttention), "self_attn_layer_norm");
            x = Norm(x + Drop(PlainFeedForward(x, Drop), _config.Dropout, AfterFeedForward), "final_layer_norm");
        }
        return x.MoveToOuterDisposeScope();
    }

    private Tensor PlainAttention(Tensor x, Tensor? keyBias, Func<Tensor, double, ulong, Tensor> drop)
    {
        var (rows, frames, width) = (x.shape[0], x.shape[1], x.shape[2]);
        var heads = _config.EncoderAttentionHeads;
        var headWidth = width / heads;
        Tensor Split(Tensor y) => y.view(rows, frames, heads, headWidth).transpose(1, 2); // [B, H, T, E]

        var query = Split(Linear(x, "self_attn.q_proj") * Scalars.Of(Math.Pow(headWidth, -0.5)));
        var key = Split(Linear(x, "self_attn.k_proj"));
        var value = Split(Linear(x, "self_attn.v_proj"));
        var scores = matmul(query, key.transpose(2, 3)); // [B, H, T, T]
        if (keyBias is not null)
            scores = scores + keyBias.to_type(scores.dtype).unsqueeze(1).unsqueeze(1);
        var weights = drop(F.softmax(scores, -1), _config.AttentionDropout, AttentionWeights);
        var mixed = matmul(weights, value).transpose(1, 2).reshape(rows, frames, width);
        return Linear(mixed, "self_attn.out_proj");
    }

    private Tensor PlainFeedForward(Tensor x, Func<Tensor, double, ulong, Tensor> drop) =>
        Linear(drop(F.gelu(Linear(x, "fc1")), _config.ActivationDropout, Activation), "fc2");

    private Tensor Linear(Tensor x, string name) =>
        F.linear(x, _parameters[_prefix + name + ".weight"], _parameters[_prefix + name + ".bias"]);

    private Tensor Norm(Tensor x, string name) =>
        F.layer_norm(x, [x.shape[^1]], _parameters[_prefix + name + ".weight"], _parameters[_prefix + name + ".bias"]);
}
