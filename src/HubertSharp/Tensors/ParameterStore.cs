using static TorchSharp.torch;

namespace HubertSharp.Tensors;

/// <summary>
/// All parameters in one flat float32 buffer and all gradients in another, so that gradient norm, clipping, Adam, all-reduce and
/// checkpointing are a handful of calls. Each parameter is a leaf whose <c>grad</c> is a view of the flat gradients: backward
/// accumulates there in place. In half precision the leaves are views of a third buffer that <see cref="SyncCompute"/> rounds to.
/// </summary>
internal sealed class ParameterStore : IDisposable
{
    /// <summary>Parameters start at multiples of a cache line; the gaps hold zeros and no gradient.</summary>
    private const int Alignment = 32;

    private readonly Dictionary<string, Tensor> _leaves = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _gradientViews = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);

    /// <param name="trainable">False for a model that only computes: its gradients are one zero in the place of all, without
    /// memory.</param>
    internal ParameterStore(IReadOnlyList<ParameterSpec> specs, ComputePrecision precision, Device device, bool trainable = true)
    {
        TorchRuntime.Initialize();
        Precision = precision;
        var infos = new List<ParameterInfo>(specs.Count);
        var offset = 0L;
        foreach (var spec in specs)
        {
            _indices[spec.Name] = infos.Count;
            infos.Add(new ParameterInfo(spec.Name, spec.Shape, offset, spec.Count, spec.KeepFloat32, spec.Group));
            offset += (spec.Count + Alignment - 1) / Alignment * Alignment;
        }
        Infos = infos;
        Masters = zeros(offset, float32, device).DetachFromDisposeScope();
        Gradients = (trainable ? zeros(offset, float32, device) : NoGradients(offset, device)).DetachFromDisposeScope();
        if (precision != ComputePrecision.Float32 && infos.Any(info => !info.KeepFloat32))
            Compute = zeros(offset, ComputeType, device).DetachFromDisposeScope();
        foreach (var info in infos)
        {
            using var scope = NewDisposeScope();
            var buffer = Compute is null || info.KeepFloat32 ? Masters : Compute;
            var leaf = View(buffer, info).detach().requires_grad_(true);
            var gradient = View(Gradients, info);
            leaf.grad = gradient;
            _leaves[info.Name] = leaf.DetachFromDisposeScope();
            _gradientViews[info.Name] = gradient.DetachFromDisposeScope();
        }
    }

    private static Tensor NoGradients(long count, Device device)
    {
        using var zero = zeros(1, float32, device);
        return zero.expand(count);
    }

    /// <summary>In the order of fairseq's <c>model.parameters()</c>.</summary>
    public IReadOnlyList<ParameterInfo> Infos { get; }

    public ComputePrecision Precision { get; }

    /// <summary>The type of the leaves, except those that stay in float32.</summary>
    internal ScalarType ComputeType => Precision switch
    {
        ComputePrecision.BFloat16 => bfloat16,
        ComputePrecision.Float16 => float16,
        _ => float32,
    };

    /// <summary>Flat float32 master weights, zeros between parameters.</summary>
    public Tensor Masters { get; }

    /// <summary>Flat float32 gradients of the same layout.</summary>
    public Tensor Gradients { get; }

    /// <summary>Flat compute copies of the same layout; null in float32, and where all parameters stay in it.</summary>
    internal Tensor? Compute { get; }

    /// <summary>Places of gradients that a backward pass completes one after the other, the last first; none where nobody tells.</summary>
    internal IReadOnlyList<(long From, long Length)> Layers { get; set; } = [];

    /// <summary>Told which of <see cref="Layers"/> the last backward pass of an update has completed; null where nobody asks.</summary>
    internal Action<int>? LayerDone { get; set; }

    /// <summary>Parameters without the gaps between them.</summary>
    public long Count => Infos.Sum(info => info.Count);

    /// <summary>The leaf that the forward pass computes with.</summary>
    public Tensor this[string name] => _leaves[name];

    /// <summary>The float32 view of the flat gradients that a hand-written backward adds to.</summary>
    internal Tensor GradientOf(string name) => _gradientViews[name];

    /// <summary>Everything of one parameter, for a layer that is being built.</summary>
    /// <exception cref="KeyNotFoundException">No such parameter.</exception>
    internal Parameter ParameterOf(string name) => new(this, Infos[_indices[name]]);

    /// <summary>The same, or null when this configuration has no such parameter.</summary>
    internal Parameter? FindParameter(string name) => _indices.ContainsKey(name) ? ParameterOf(name) : null;

    /// <summary><c>NAME.weight</c> and <c>NAME.bias</c>.</summary>
    internal WeightAndBias WeightAndBiasOf(string name) => new(ParameterOf($"{name}.weight"), ParameterOf($"{name}.bias"));

    /// <summary>The leaf, or null when this configuration has no such parameter.</summary>
    public Tensor? Find(string name) => _leaves.GetValueOrDefault(name);

    public void ZeroGradients()
    {
        using var scope = NewDisposeScope();
        Gradients.zero_();
    }

    /// <summary>Rounds the masters into the compute copies; to be called after every change of <see cref="Masters"/>.</summary>
    public void SyncCompute()
    {
        if (Compute is null)
            return;
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        Compute.copy_(Masters);
    }

    /// <summary>Sets all parameters and synchronises the compute copies.</summary>
    /// <param name="source">Gives the row-major float32 values of a parameter.</param>
    public void CopyFrom(Func<ParameterInfo, float[]> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        using (no_grad())
        {
            foreach (var info in Infos)
            {
                var values = source(info);
                if (values.LongLength != info.Count)
                    throw new ArgumentException($"{info.Name}: {values.LongLength} values for {info.Count}", nameof(source));
                using var scope = NewDisposeScope();
                Masters.narrow(0, info.Offset, info.Count).copy_(tensor(values));
            }
        }
        SyncCompute();
    }

    /// <summary>Row-major float32 master values of one parameter.</summary>
    public float[] Values(ParameterInfo info) => Read(Masters, info);

    /// <summary>Row-major gradients of one parameter.</summary>
    public float[] GradientValues(ParameterInfo info) => Read(Gradients, info);

    /// <summary>Whether this configuration has such a parameter.</summary>
    internal bool Has(string name) => _leaves.ContainsKey(name);

    internal IReadOnlyList<long> ShapeOf(string name) => Infos[_indices[name]].Shape;

    /// <summary>The float32 view of one parameter's masters, in the caller's dispose scope.</summary>
    internal Tensor MasterOf(string name) => View(Masters, Infos[_indices[name]]);

    public void Dispose()
    {
        foreach (var leaf in _leaves.Values)
            leaf.Dispose();
        foreach (var view in _gradientViews.Values)
            view.Dispose();
        Masters.Dispose();
        Gradients.Dispose();
        Compute?.Dispose();
    }

    private static Tensor View(Tensor buffer, ParameterInfo info) => buffer.narrow(0, info.Offset, info.Count).view([.. info.Shape]);

    private static float[] Read(Tensor buffer, ParameterInfo info)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return buffer.narrow(0, info.Offset, info.Count).cpu().contiguous().data<float>().ToArray();
    }
}
