using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using HubertSharp.Runs.Doctor.Logs.TensorBoard;
using HubertSharp.Runs.Files;

namespace HubertSharp.Training.Logging;

/// <summary>
/// Scalars for TensorBoard: records of a length, its checksum, an <c>Event</c> and its checksum. TorchSharp's own writer gives the first
/// event, by which TensorBoard counts a run's time, .NET's ticks for its seconds.
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const string Version = "brain.Event:2";

    private readonly string _path;
    private readonly FileStream _stream;

    private EventFile(string path, FileStream stream) => (_path, _stream) = (path, stream);

    /// <summary>Begins a file of its own, beside those of the run's processes before.</summary>
    /// <exception cref="Runs.UserException">It cannot be written.</exception>
    public static EventFile Create(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var name = string.Create(CultureInfo.InvariantCulture,
                $"events.out.tfevents.{DateTimeOffset.UtcNow.ToUnixTimeSeconds():0000000000}.{Environment.MachineName}."
                + $"{Environment.ProcessId}");
            for (var number = 0; ; number++)
            {
                var path = Path.Combine(folder, $"{name}.{number}");
                if (Path.Exists(path))
                    continue;
                var file = new EventFile(path,
                    new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0));
                file.Append(Event(output =>
                {
                    output.WriteTag(3, WireFormat.WireType.LengthDelimited);
                    output.WriteString(Version);
                }));
                return file;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFaults.Of(folder, e);
        }
    }

    /// <summary>Writes scalars of one step, with the time of now.</summary>
    /// <exception cref="Runs.UserException">The disk is full, or failing.</exception>
    public void Add(long step, IEnumerable<(string Tag, float Value)> scalars)
    {
        var summary = Message(output =>
        {
            foreach (var (tag, value) in scalars)
            {
                output.WriteTag(1, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(Value(tag, value)));
            }
        });
        try
        {
            Append(Event(output =>
            {
                output.WriteTag(2, WireFormat.WireType.Varint);
                output.WriteInt64(step);
                output.WriteTag(5, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(summary));
            }));
        }
        catch (IOException e)
        {
            throw WriteFaults.Of(_path, e);
        }
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>The whole record in one write, so that a reader sees it or does not.</summary>
    private void Append(byte[] message)
    {
        var record = new byte[8 + 4 + message.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(record, message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), Crc32C.Masked(record.AsSpan(0, 8)));
        message.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + message.Length), Crc32C.Masked(message));
        _stream.Write(record);
    }

    private static byte[] Value(string tag, float value) => Message(output =>
    {
        output.WriteTag(1, WireFormat.WireType.LengthDelimited);
        output.WriteString(tag);
        output.WriteTag(2, WireFormat.WireType.Fixed32);
        output.WriteFloat(value);
    });

    /// <summary>An <c>Event</c>: its <c>wall_time</c>, seconds since 1970, and more fields.</summary>
    private static byte[] Event(Action<CodedOutputStream> fields) => Message(output =>
    {
        output.WriteTag(1, WireFormat.WireType.Fixed64);
        output.WriteDouble((DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds);
        fields(output);
    });

    private static byte[] Message(Action<CodedOutputStream> fields)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
            fields(output);
        return bytes.ToArray();
    }
}
