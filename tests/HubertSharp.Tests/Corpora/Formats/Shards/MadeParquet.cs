using Parquet;
using Parquet.Schema;

namespace HubertSharp.Tests.Corpora.Formats.Shards;

/// <summary>A Parquet file as Hugging Face's data sets have them.</summary>
internal static class MadeParquet
{
    /// <summary>Rows of <c>audio {bytes, path}</c>, <c>sentence</c>, and <c>speaker_id</c>, which is 7.</summary>
    public static void Write(string path, byte[]?[] audio, string?[] paths, string?[] texts) =>
        WriteAsync(path, audio, paths, texts).GetAwaiter().GetResult();

    private static async Task WriteAsync(string path, byte[]?[] audio, string?[] paths, string?[] texts)
    {
        DataField bytes = new DataField<byte[]>("bytes"), name = new DataField<string>("path"), text = new DataField<string>("sentence");
        var speaker = new DataField<long>("speaker_id");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var file = File.Create(path);
        await using var writer =
            await ParquetWriter.CreateAsync(new ParquetSchema(new StructField("audio", bytes, name), text, speaker), file);
        using var group = writer.CreateRowGroup();
        await group.WriteAsync(bytes, audio!);
        await group.WriteAsync(name, paths!);
        await group.WriteAsync(text, texts!);
        await group.WriteAsync<long>(speaker, texts.Select(_ => 7L).ToArray());
        group.CompleteValidate();
    }
}
