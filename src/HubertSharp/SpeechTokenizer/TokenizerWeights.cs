using HubertSharp.Runs.Arrays;
using HubertSharp.SpeechTokenizer.Seanet;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer;

/// <summary>
/// Hands a tokenizer's tensors to the layers that are being built, each once and of the shape that the layer needs, and owns what they
/// compute with. What no layer took belongs to another model.
/// </summary>
internal sealed class TokenizerWeights(PortableTokenizer source, Device device) : LayerWeights
{
    private PortableTokenizer? _source = source;
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly List<IDisposable> _owned = [];

    public Device Device => device;

    private PortableTokenizer Source => _source ?? throw new InvalidOperationException("all tensors have been taken");

    /// <summary>A tensor on the device, in float32; it lives as long as this.</summary>
    /// <exception cref="Runs.UserException">Not there, or of another shape.</exception>
    public override Tensor Take(string name, params long[] shape) => Own(Load(name, shape));

    /// <summary>The same in the caller's dispose scope, for one who copies it.</summary>
    /// <exception cref="Runs.UserException">Not there, or of another shape.</exception>
    public Tensor Load(string name, params long[] shape)
    {
        var stored = Find(name, shape);
        if (stored.DType != "F32")
            return DeviceCopy.Of(stored.ToSingles(), shape, device);
        // straight from the file's bytes: what lies between would be there twice more
        var host = empty(shape, ScalarType.Float32);
        stored.Bytes.Span.CopyTo(host.bytes);
        if (device.type == TorchSharp.DeviceType.CPU)
            return host;
        using (host)
            return host.to(device);
    }

    /// <summary>Sees that a tensor is there which only a training needs.</summary>
    /// <exception cref="Runs.UserException">Not there, or of another shape.</exception>
    public void Check(string name, params long[] shape) => Find(name, shape);

    private SafetensorsTensor Find(string name, long[] shape)
    {
        if (!Source.Tensors.TryGetValue(name, out var stored))
            throw TensorFaults.NoSuchTensor(Source.Path, name);
        if (!stored.Shape.SequenceEqual(shape))
            throw TensorFaults.TensorShape(Source.Path, name, shape, stored.Shape);
        _taken.Add(name);
        return stored;
    }

    /// <summary>A weight whose norm is stored apart: <c>g v / |v|</c>, the norm over all axes but the first.</summary>
    public override Tensor TakeNormed(string name, params long[] shape)
    {
        using var scope = NewDisposeScope();
        var norm = Load($"{name}.weight_g", [shape[0], .. shape.Skip(1).Select(_ => 1L)]);
        var direction = Load($"{name}.weight_v", shape);
        return Own(Normed(norm, direction));
    }

    /// <summary>Keeps something until this is disposed of.</summary>
    public T Own<T>(T made)
        where T : IDisposable
    {
        if (made is Tensor tensor)
            tensor.DetachFromDisposeScope();
        _owned.Add(made);
        return made;
    }

    /// <summary>After the last layer: what is not taken belongs to another model, and the file's bytes are not needed any more.</summary>
    /// <exception cref="Runs.UserException">A tensor that no layer took.</exception>
    public void Complete()
    {
        if (Source.Tensors.Keys.FirstOrDefault(name => !_taken.Contains(name)) is { } surplus)
            throw TensorFaults.UnknownTensor(Source.Path, surplus);
        _source = null;
    }

    public override void Dispose()
    {
        foreach (var owned in _owned)
            owned.Dispose();
        _owned.Clear();
    }
}
