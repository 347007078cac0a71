using System.Buffers.Binary;
using System.Numerics;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Pickle;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Runs.PyTorch;

/// <summary>
/// A file of <c>torch.save</c>: a zip archive, or the older sequence of pickles and storages. Its pickle is read as data, nothing
/// in it is ever called; tensors' bytes are read when they are asked for.
/// </summary>
public sealed class TorchFile : IDisposable
{
    /// <summary>The pickle of the largest published model, without its tensors, has 2 MiB.</summary>
    private const int MostPickleBytes = 1 << 25;

    private static readonly BigInteger LegacyMagic = BigInteger.Parse("119547037146038801333356",
        System.Globalization.CultureInfo.InvariantCulture);

    private readonly SafeFileHandle _file;
    private readonly Dictionary<string, (long Offset, long Length)> _places;

    /// <summary>Tied parameters name one storage twice; a crafted file names it a thousand times.</summary>
    private long _bytesLeft;

    private TorchFile(string path, SafeFileHandle file, object? root, Dictionary<string, (long, long)> places) =>
        (Path, _file, Root, _places, _bytesLeft) = (path, file, root, places, 2 * RandomAccess.GetLength(file));

    /// <summary>The file, for messages.</summary>
    public string Path { get; }

    /// <summary>What was saved: see <see cref="RestrictedPickle"/>; tensors are <see cref="TorchTensor"/>.</summary>
    public object? Root { get; }

    /// <summary>Opens a file and reads its pickle.</summary>
    /// <param name="path">The file.</param>
    /// <param name="classes">Names that the pickle may have beside PyTorch's own, as <c>module.name</c>.</param>
    /// <exception cref="UserException">Missing, damaged, crafted, or it names something that is not on the list.</exception>
    public static TorchFile Open(string path, IEnumerable<string> classes)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
            throw Directory.Exists(path) ? TorchFaults.NotAFile(path) : TorchFaults.Missing(path);
        // pipes and devices have no length: opening one could wait for ever
        if (info.Length == 0 || (info.Attributes & FileAttributes.Device) != 0)
            throw TorchFaults.NotAFile(path);
        SafeFileHandle? file = null;
        try
        {
            file = RegularFile.OpenHandle(path);
            var start = ReadAt(path, file, 0, (int)Math.Min(info.Length, 512));
            var opened = start is [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..]
                ? FromZip(path, file, info.Length, classes)
                : FromLegacy(path, file, info.Length, start, classes);
            file = null;
            return opened;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw UserException.Create("cannot be read", path, found: e.Message, cause: e);
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>A tensor's elements in row-major order.</summary>
    /// <exception cref="UserException">The file does not hold them.</exception>
    public SafetensorsTensor Read(string name, TorchTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var (storage, size) = (tensor.Storage, tensor.Storage.ElementBytes);
        if (!_places.TryGetValue(storage.Key, out var place))
            throw TorchFaults.Damaged(Path, $"storage {PrintableText.Of(storage.Key)} of '{PrintableText.Of(name)}' is not there");
        if (tensor.Count > Array.MaxLength / size)
            throw TorchFaults.Damaged(Path, $"'{PrintableText.Of(name)}' is larger than any tensor of a HuBERT model");
        if ((_bytesLeft -= tensor.Count * size) < 0)
            throw TorchFaults.SharedStorages(Path);
        var first = place.Offset + ((storage.FirstElement + tensor.Offset) * size);
        if (tensor.Count == 0 || tensor.IsContiguous)
            return new SafetensorsTensor(name, tensor.DType, tensor.Shape, ReadAt(Path, _file, first, (int)(tensor.Count * size)));
        var span = 1 + tensor.Shape.Zip(tensor.Strides, (length, stride) => (length - 1) * stride).Sum();
        if (span > Array.MaxLength / size)
            throw TorchFaults.Damaged(Path, $"'{PrintableText.Of(name)}' is larger than any tensor of a HuBERT model");
        return new SafetensorsTensor(name, tensor.DType, tensor.Shape,
            Gather(tensor, ReadAt(Path, _file, first, (int)(span * size)), size));
    }

    public void Dispose() => _file.Dispose();

    private static TorchFile FromZip(string path, SafeFileHandle file, long length, IEnumerable<string> classes)
    {
        var zip = TorchZip.Open(path, file, length);
        if (zip.Entries.ContainsKey("constants.pkl"))
            throw TorchFaults.TorchScript(path);
        if (!zip.Entries.TryGetValue("data.pkl", out var data))
            throw TorchFaults.NotTorch(path, "a zip archive without data.pkl");
        if (zip.Entries.TryGetValue("byteorder", out var order)
            && order.Length == 3
            && ReadAt(path, file, order.Offset, 3).AsSpan().SequenceEqual("big"u8))
            throw TorchFaults.ByteOrder(path);
        if (data.Length > MostPickleBytes)
            throw TorchFaults.Hostile(path, $"its pickle has {data.Length} bytes, more than any model's");
        var pickle = new TorchPickle(path, classes);
        var root = RestrictedPickle.Read(new PickleInput(path, ReadAt(path, file, data.Offset, (int)data.Length)), pickle.Policy);
        var places = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        foreach (var storage in pickle.Storages.Values)
        {
            if (!zip.Entries.TryGetValue($"data/{storage.Key}", out var place))
                throw TorchFaults.Damaged(path, $"entry data/{PrintableText.Of(storage.Key)} is missing");
            Check(path, storage, place.Length);
            places[storage.Key] = place;
        }
        return new TorchFile(path, file, root, places);
    }

    /// <summary>
    /// Before PyTorch 1.6: a magic number, a version and the machine's type sizes as pickles, the pickle, its storages' keys, then each
    /// storage.
    /// </summary>
    private static TorchFile FromLegacy(string path, SafeFileHandle file, long length, byte[] start, IEnumerable<string> classes)
    {
        if (start is not [0x80, 2, 0x8a, 10, ..])
            throw TorchFaults.NotTorch(path,
                start.AsSpan().IndexOf("ustar"u8) == 257 ? "a tar archive, as PyTorch wrote before 0.1.10" : "something else");
        var input = new PickleInput(path, ReadAt(path, file, 0, (int)Math.Min(length, MostPickleBytes)));
        var plain = new PicklePolicy { Globals = new HashSet<string>() };
        if (RestrictedPickle.Read(input, plain) is not BigInteger magic
            || magic != LegacyMagic
            || RestrictedPickle.Read(input, plain) is not 1001L)
            throw TorchFaults.NotTorch(path, "another pickle");
        if (RestrictedPickle.Read(input, plain) is PickleMap machine && machine["little_endian"] is false)
            throw TorchFaults.ByteOrder(path);
        var pickle = new TorchPickle(path, classes);
        var root = RestrictedPickle.Read(input, pickle.Policy);
        if (RestrictedPickle.Read(input, plain) is not List<object?> keys)
            throw TorchFaults.Damaged(path, "the list of its storages is missing");
        var places = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        long at = input.Position;
        foreach (var item in keys)
        {
            if (item is not string key || !pickle.Storages.TryGetValue(key, out var storage) || places.ContainsKey(key))
                throw TorchFaults.Damaged(path, "the list of its storages does not fit its pickle");
            if (length - at < 8 || BinaryPrimitives.ReadInt64LittleEndian(ReadAt(path, file, at, 8)) != storage.Count)
                throw TorchFaults.Damaged(path,
                    $"storage {PrintableText.Of(key)} has another size than its pickle says, or the file is truncated");
            at += 8;
            Check(path, storage, length - at);
            places[key] = (at, storage.Count * storage.ElementBytes);
            at += storage.Count * storage.ElementBytes;
        }
        return new TorchFile(path, file, root, places);
    }

    private static void Check(string path, TorchStorage storage, long available)
    {
        if (storage.Count > available / storage.ElementBytes)
            throw TorchFaults.Damaged(path,
                $"storage {PrintableText.Of(storage.Key)} needs {(Int128)storage.Count * storage.ElementBytes} bytes and has {available}");
    }

    /// <summary>Elements of a view with gaps or turned axes, in row-major order.</summary>
    private static byte[] Gather(TorchTensor tensor, byte[] span, int size)
    {
        var gathered = new byte[tensor.Count * size];
        var index = new long[tensor.Shape.Count];
        for (var to = 0L; to < tensor.Count; to++)
        {
            var from = 0L;
            for (var axis = 0; axis < index.Length; axis++)
                from += index[axis] * tensor.Strides[axis];
            span.AsSpan((int)(from * size), size).CopyTo(gathered.AsSpan((int)(to * size)));
            for (var axis = index.Length - 1; axis >= 0 && ++index[axis] == tensor.Shape[axis]; axis--)
                index[axis] = 0;
        }
        return gathered;
    }

    private static byte[] ReadAt(string path, SafeFileHandle file, long offset, int count)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            var read = RandomAccess.Read(file, bytes.AsSpan(done), offset + done);
            if (read == 0)
                throw TorchFaults.Damaged(path, "it ends too early");
            done += read;
        }
        return bytes;
    }
}
