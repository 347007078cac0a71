using HubertSharp.Runs.Arrays;
using static TorchSharp.torch;

namespace HubertSharp.Tensors;

/// <summary>The float32 masters of a <see cref="ParameterStore"/> under their names in a safetensors file.</summary>
internal static class ParameterFile
{
    /// <summary>Writes them in the order of the store, then the buffers; the file appears whole or not at all.</summary>
    public static void Write(string path, ParameterStore parameters, IReadOnlyDictionary<string, Tensor>? buffers = null) =>
        SafetensorsFile.Write(path,
            parameters.Infos.Select(info => SafetensorsTensor.Create(info.Name, info.Shape, parameters.Values(info)))
                .Concat((buffers ?? new Dictionary<string, Tensor>()).Select(b => Stored(b.Key, b.Value))));

    /// <summary>A float32 tensor as it is now.</summary>
    public static SafetensorsTensor Stored(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return SafetensorsTensor.Create(name, tensor.shape, tensor.cpu().contiguous().data<float>().ToArray());
    }

    /// <summary>Sets parameters and buffers from a file that must have exactly their tensors.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parameters">What is set.</param>
    /// <param name="buffers">What is set, too.</param>
    /// <param name="elsewhere">Parameters that another file holds.</param>
    /// <exception cref="Runs.UserException">Missing, surplus or misshapen tensors.</exception>
    public static void Read(
        string path, ParameterStore parameters, IReadOnlyDictionary<string, Tensor>? buffers = null,
        IReadOnlyDictionary<string, SafetensorsTensor>? elsewhere = null)
    {
        var file = SafetensorsFile.Read(path);
        var expected = parameters.Infos.Where(info => elsewhere?.ContainsKey(info.Name) != true).Select(info => (info.Name, info.Shape));
        if (buffers is not null)
            expected = expected.Concat(buffers.Select(b => (b.Key, (IReadOnlyList<long>)b.Value.shape)));
        CheckShapes(path, file, expected);
        parameters.CopyFrom(info => (elsewhere?.GetValueOrDefault(info.Name) ?? file[info.Name]).ToSingles());
        if (buffers is null)
            return;
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var (name, buffer) in buffers)
            buffer.copy_(tensor(file[name].ToSingles()).view(buffer.shape));
    }

    /// <exception cref="Runs.UserException">Missing, surplus or misshapen tensors.</exception>
    public static void CheckShapes(string path, SafetensorsFile file, IEnumerable<(string Name, IReadOnlyList<long> Shape)> expected)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, shape) in expected)
        {
            names.Add(name);
            if (!file.Contains(name))
                throw TensorFaults.NoSuchTensor(path, name);
            if (!file[name].Shape.SequenceEqual(shape))
                throw TensorFaults.TensorShape(path, name, shape, file[name].Shape);
        }
        foreach (var tensor in file.Tensors)
        {
            if (!names.Contains(tensor.Name))
                throw TensorFaults.UnknownTensor(path, tensor.Name);
        }
    }
}
