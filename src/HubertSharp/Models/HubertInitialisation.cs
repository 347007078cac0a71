using HubertSharp.Models.Mel;
using HubertSharp.Models.Transformer;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Models;

/// <summary>
/// fairseq's initialisation, number by number: torch's generator is asked for the same draws in the same order as fairseq's
/// constructors ask for them, also for those that a later line overwrites. The same seed gives the same model as
/// <c>common.seed</c> does there, so that two runs differ by their data and masks only. (What happens when a reimplementation
/// initialises otherwise: pytorch/audio#2716.)
/// </summary>
internal sealed class HubertInitialisation : IDisposable
{
    private readonly ParameterStore _parameters;
    private readonly Generator _generator;

    private HubertInitialisation(ParameterStore parameters, ulong seed)
    {
        _parameters = parameters;
        _generator = new Generator(seed, CPU);
    }

    /// <summary>Sets every parameter and synchronises the compute copies.</summary>
    public static void Apply(ModelConfig config, ParameterStore parameters, ulong seed)
    {
        using var guard = no_grad();
        using var drawing = new HubertInitialisation(parameters, seed);
        drawing.FrontEnd(config);
        if (parameters.Has("post_extract_proj.weight"))
            drawing.Linear("post_extract_proj");
        drawing.Uniform("mask_emb", 0, 1);
        drawing.Positions(config);
        drawing.Layers(config);
        drawing.Norm("encoder.layer_norm");
        if (parameters.Has("layer_norm.weight"))
            drawing.Norm("layer_norm");
        drawing.Head("");
        foreach (var layer in HubertParameters.HeadLayers(config).Where(layer => layer < config.EncoderLayers))
            drawing.Head(HubertParameters.HeadPrefix(config, layer));
        parameters.SyncCompute();
    }

    public void Dispose() => _generator.Dispose();

    // torch's Conv1d first draws its own weight and bias; Kaiming's normal then replaces the weight.
    private void FrontEnd(ModelConfig config)
    {
        if (config.Frontend != Frontends.Waveform)
        {
            for (var i = 0; _parameters.Has($"{MelFrontEnd.Prefix}{i}.weight"); i++)
                Linear($"{MelFrontEnd.Prefix}{i}"); // torch's convolutions draw as its linear layers do
            return;
        }
        for (var i = 0; i < config.ConvFeatureLayers.Count; i++)
        {
            var block = $"feature_extractor.conv_layers.{i}.";
            var fanIn = FanIn(block + "0.weight");
            Standard(block + "0.weight", fanIn);
            if (config.ConvBias)
                Uniform(block + "0.bias", -1 / Math.Sqrt(fanIn), 1 / Math.Sqrt(fanIn));
            Normal(block + "0.weight", Math.Sqrt(2) / Math.Sqrt(fanIn));
            if (config.ExtractorMode == "layer_norm")
                Norm(block + "2.1");
            else if (i == 0)
                Norm(block + "2");
        }
    }

    private void Head(string prefix)
    {
        if (_parameters.Has(prefix + "layer_norm.weight") && prefix.Length > 0)
            Norm(prefix + "layer_norm");
        if (_parameters.Has(prefix + "target_glu.0.weight"))
            Linear(prefix + "target_glu.0");
        if (_parameters.Has(prefix + "final_proj.weight"))
            Linear(prefix + "final_proj");
        if (_parameters.Has(prefix + "label_embs_concat"))
            Uniform(prefix + "label_embs_concat", 0, 1);
    }

    private void Positions(ModelConfig config)
    {
        var prefix = PositionalConvolution.Name(config);
        var weight = prefix + (config.ConvPosBatchNorm ? "weight" : "weight_v");
        var fanIn = FanIn(weight);
        Standard(weight, fanIn);
        Uniform(prefix + "bias", -1 / Math.Sqrt(fanIn), 1 / Math.Sqrt(fanIn));
        Normal(weight, Math.Sqrt(4.0 / ((double)config.ConvPos * config.EncoderEmbedDim)));
        Constant(prefix + "bias", 0);
        if (config.ConvPosBatchNorm)
        {
            Norm("encoder.pos_conv.0");
            return;
        }
        using var scope = NewDisposeScope();
        var direction = Master(weight);
        Master(prefix + "weight_g").copy_((direction * direction).sum([0, 1], keepdim: true).sqrt());
    }

    // Constructing draws everything once; init_bert_params then goes over all layers again, children before parents, so that
    // the query, key and value weights are drawn a third and fourth time.
    private void Layers(ModelConfig config)
    {
        for (var layer = 0; layer < config.EncoderLayers; layer++)
        {
            var prefix = $"encoder.layers.{layer}.";
            foreach (var name in new[] { "k_proj", "v_proj", "q_proj", "out_proj" })
                Linear($"{prefix}self_attn.{name}");
            foreach (var name in new[] { "k_proj", "v_proj", "q_proj", "out_proj" })
                Standard($"{prefix}self_attn.{name}.weight", config.EncoderEmbedDim); // Xavier there; as many draws
            Linear(prefix + "fc1");
            Linear(prefix + "fc2");
            Norm(prefix + "self_attn_layer_norm");
            Norm(prefix + "final_layer_norm");
        }
        for (var layer = 0; layer < config.EncoderLayers; layer++)
        {
            var prefix = $"encoder.layers.{layer}.";
            foreach (var name in new[] { "k_proj", "v_proj", "q_proj", "out_proj" })
                BertLinear($"{prefix}self_attn.{name}");
            foreach (var name in new[] { "q_proj", "k_proj", "v_proj" })
                Normal($"{prefix}self_attn.{name}.weight", BertDeviation);
            BertLinear(prefix + "fc1");
            BertLinear(prefix + "fc2");
        }
    }

    private const double BertDeviation = 0.02;

    private void BertLinear(string name)
    {
        Normal(name + ".weight", BertDeviation);
        Constant(name + ".bias", 0);
    }

    // torch's own: Kaiming uniform with a = sqrt(5), and the bias within the same bound
    private void Linear(string name)
    {
        var fanIn = FanIn(name + ".weight");
        Standard(name + ".weight", fanIn);
        Uniform(name + ".bias", -1 / Math.Sqrt(fanIn), 1 / Math.Sqrt(fanIn));
    }

    private void Standard(string name, double fanIn)
    {
        var bound = Math.Sqrt(3) * (Math.Sqrt(2.0 / (1 + 5)) / Math.Sqrt(fanIn));
        Uniform(name, -bound, bound);
    }

    private void Norm(string name)
    {
        Constant(name + ".weight", 1);
        Constant(name + ".bias", 0);
    }

    private void Uniform(string name, double low, double high) => Draw(name, values => values.uniform_(low, high, _generator));

    private void Normal(string name, double deviation) => Draw(name, values => values.normal_(0, deviation, _generator));

    private void Constant(string name, float value)
    {
        using var scope = NewDisposeScope();
        using var number = TorchSharp.ScalarExtensionMethods.ToScalar(value);
        Master(name).fill_(number);
    }

    // The CPU's generator, also for a model that lives elsewhere.
    private void Draw(string name, Action<Tensor> draw)
    {
        using var scope = NewDisposeScope();
        var target = Master(name);
        if (target.device_type == TorchSharp.DeviceType.CPU)
        {
            draw(target);
            return;
        }
        var values = empty(target.shape, float32);
        draw(values);
        target.copy_(values);
    }

    private Tensor Master(string name) => _parameters.MasterOf(name);

    private double FanIn(string name) => _parameters.ShapeOf(name).Skip(1).Aggregate(1.0, (product, size) => product * size);
}
