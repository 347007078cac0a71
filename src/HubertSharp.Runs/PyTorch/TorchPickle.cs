using HubertSharp.Runs.Pickle;

namespace HubertSharp.Runs.PyTorch;

/// <summary>How PyTorch writes tensors into pickles: a storage by its persistent id, and <c>_rebuild_tensor_v2</c> over it.</summary>
internal sealed class TorchPickle
{
    private const int MostAxes = 16;

    private static readonly string[] Names =
    [
        "collections.OrderedDict", "collections.defaultdict", "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2",
        "torch._utils._rebuild_parameter", "torch.Size", "torch.device", "torch.float32", "torch.float16", "torch.bfloat16",
        "builtins.dict", "builtins.list", "builtins.set", "builtins.int", "builtins.float", "builtins.str", "builtins.bool",
        "__builtin__.dict", "__builtin__.list", "__builtin__.set", "__builtin__.int", "__builtin__.long", "__builtin__.float",
        "__builtin__.str", "__builtin__.unicode", "__builtin__.bool",
    ];

    private readonly string _path;

    /// <summary>Every storage that the pickle names, by key.</summary>
    private readonly Dictionary<string, TorchStorage> _storages = new(StringComparer.Ordinal);

    /// <param name="path">The file, for messages.</param>
    /// <param name="classes">More names that the pickle may have, as <c>module.name</c>.</param>
    public TorchPickle(string path, IEnumerable<string> classes)
    {
        _path = path;
        Policy = new PicklePolicy
        {
            Globals = Names.Concat(TorchStorage.Globals).Concat(NumpyPickle.Globals).Concat(classes).ToHashSet(StringComparer.Ordinal),
            Persistent = Storage,
            Called = Called,
        };
    }

    public PicklePolicy Policy { get; }

    public IReadOnlyDictionary<string, TorchStorage> Storages => _storages;

    /// <summary>
    /// ('storage', class, key, device, elements), and in the oldest format a view (key, first element, elements) or None.
    /// </summary>
    private TorchStorage Storage(object? id)
    {
        if (id is not object?[] { Length: 5 or 6 } parts
            || parts is not ["storage", PickleGlobal { Module: "torch" } type, string key, string, long count, ..]
            || count < 0 || TorchStorage.TypeOf(type.Name) is not { } dtype)
        {
            throw TorchFaults.Damaged(_path, "the id of a storage is not what PyTorch writes");
        }
        var whole = new TorchStorage(key, dtype, count, 0);
        if (_storages.TryGetValue(key, out var known) && known != whole)
            throw TorchFaults.Damaged(_path, $"storage {PrintableText.Of(key)} has two types or sizes");
        _storages[key] = whole;
        if (parts is not [.., object?[] view])
            return whole;
        if (view is not [string, long first, long viewed] || first < 0 || viewed < 0 || first > count || viewed > count - first)
            throw TorchFaults.Damaged(_path, $"a view of storage {PrintableText.Of(key)} does not lie within it");
        return whole with { Count = viewed, FirstElement = first };
    }

    private object Called(PickleObject made)
    {
        if (made.Type.Module != "torch._utils")
            return made;
        return (made.Type.Name, made.Arguments as object?[]) switch
        {
            ("_rebuild_parameter", [TorchTensor data, ..]) => data,
            ("_rebuild_tensor" or "_rebuild_tensor_v2", [TorchStorage storage, long offset, object?[] shape, object?[] strides, ..]) =>
                Tensor(storage, offset, shape, strides),
            _ => throw TorchFaults.Damaged(_path, $"the arguments of {made.Type.Name} are not what PyTorch writes"),
        };
    }

    private TorchTensor Tensor(TorchStorage storage, long offset, object?[] shape, object?[] strides)
    {
        if (shape.Length > MostAxes
            || strides.Length != shape.Length
            || !shape.All(s => s is long and >= 0)
            || !strides.All(s => s is long and >= 0))
            throw TorchFaults.Damaged(_path, $"a tensor of storage {PrintableText.Of(storage.Key)} has no possible shape");
        var tensor = new TorchTensor(storage, offset, [.. shape.Select(s => (long)s!)], [.. strides.Select(s => (long)s!)]);
        // in wide numbers, because lying sizes overflow; an expanded tensor would be larger than the file
        Int128 count = 1, last = offset;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            count *= tensor.Shape[axis];
            last += (Int128)(tensor.Shape[axis] - 1) * tensor.Strides[axis];
            if (count > storage.Count)
                break;
        }
        if (offset < 0 || count > storage.Count || (count > 0 && last >= storage.Count))
            throw TorchFaults.Damaged(_path,
                $"a tensor of shape [{string.Join(", ", tensor.Shape)}] does not lie within the {storage.Count} elements of its storage "
                + $"{PrintableText.Of(storage.Key)}");
        return tensor;
    }
}
