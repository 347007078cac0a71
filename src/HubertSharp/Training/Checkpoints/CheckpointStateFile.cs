using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Training.Checkpoints;

/// <summary>
/// <c>state.json</c> in a checkpoint's folder, the only place that writes or reads it. Since format 3 it ends with the SHA-256 of itself
/// (taken with zeros in the hash's place), so that no changed bit is read as another number; format 2, the one before, has none.
/// </summary>
internal static class CheckpointStateFile
{
    private const string HashKey = "sha256";
    private const int FormatWithoutHash = 2, MaximumBytes = 4 << 20;
    private static readonly string NoHash = new('0', 64);

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        // a key with a changed letter must not pass for one that is not there
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    /// <exception cref="UserException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string folder, CheckpointState state)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(state with { Format = CheckpointState.CurrentFormat, Sha256 = NoHash }, s_json);
        Seal(text);
        AtomicFile.Write(Path.Combine(folder, CheckpointFiles.State), stream => stream.Write(text));
    }

    /// <summary>Reads a checkpoint's state; the other files of the folder are not looked at.</summary>
    /// <param name="folder">The checkpoint's folder, or a link to it.</param>
    /// <exception cref="UserException">Damaged, in a folder of another update, or written by another version.</exception>
    public static CheckpointState Read(string folder)
    {
        var (state, damage) = TryRead(folder);
        return state ?? throw damage!;
    }

    /// <summary>Like <see cref="Read"/>, but tells a damage instead of throwing it: the state or what is wrong with it.</summary>
    /// <exception cref="UserException">Written by another version: whole, and none to be passed over.</exception>
    public static (CheckpointState? State, UserException? Damage) TryRead(string folder)
    {
        var path = Path.Combine(folder, CheckpointFiles.State);
        try
        {
            if (Bytes(path) is not { } text)
                return (null, CheckpointFaults.DamagedCheckpoint(path, $"no regular file of at most {MaximumBytes} bytes"));
            var damage = Damage(path, text);
            var state = damage is null ? JsonSerializer.Deserialize<CheckpointState>(text, s_json) : null;
            var place = Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? folder;
            if (damage is null && state is not { IsWhole: true })
                damage = "values that are missing";
            else if (damage is null && CheckpointFiles.UpdateOf(place) is { } update && update != state!.Update)
                damage = $"update {state.Update} in the folder of update {update}";
            return damage is null ? (state, null) : (null, CheckpointFaults.DamagedCheckpoint(path, damage));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NotSupportedException or IOException
            or UnauthorizedAccessException)
        {
            return (null, CheckpointFaults.DamagedCheckpoint(path, PrintableText.Of(e)));
        }
    }

    /// <summary>Puts the hash of a text in the place of the zeros that stand for it.</summary>
    internal static void Seal(byte[] text)
    {
        var place = text.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(NoHash));
        Encoding.ASCII.GetBytes(Hash(text), text.AsSpan(place));
    }

    // what is wrong with the text as a whole; the hash comes before the format, whose digit may be the damaged one
    private static string? Damage(string path, byte[] text)
    {
        using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 16 });
        var format = json.RootElement.TryGetProperty("format", out var number) && number.TryGetInt32(out var found) ? found : 0;
        var isSealed = json.RootElement.TryGetProperty(HashKey, out var hash);
        if (isSealed && !IsSealed(text, hash.GetString()))
            return "content that is not what was written";
        if (isSealed ? format != CheckpointState.CurrentFormat : format == 1)
            throw CheckpointFaults.OtherFormat(path, CheckpointState.CurrentFormat, format);
        return isSealed || format == FormatWithoutHash ? null : "no hash of its own";
    }

    private static bool IsSealed(byte[] text, string? hash)
    {
        if (hash?.Length != NoHash.Length)
            return false;
        var unsealed = text.ToArray();
        var place = unsealed.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(hash));
        return place >= 0 && Encoding.ASCII.GetBytes(NoHash).AsSpan().TryCopyTo(unsealed.AsSpan(place)) && Hash(unsealed) == hash;
    }

    private static string Hash(byte[] text) => Convert.ToHexStringLower(SHA256.HashData(text));

    private static byte[]? Bytes(string path)
    {
        try
        {
            return RegularFile.ReadAllBytes(path, MaximumBytes);
        }
        catch (UserException)
        {
            return null; // a pipe, a device, or too large
        }
    }
}
