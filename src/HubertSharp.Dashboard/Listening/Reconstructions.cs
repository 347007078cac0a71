using HubertSharp.Dashboard.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Reports.Tokenizers;
using HubertSharp.Runs.RunFolders;
using Microsoft.AspNetCore.Http;

namespace HubertSharp.Dashboard.Listening;

/// <summary>
/// The page of what a trained tokenizer makes of recordings, and these: <c>reconstructions</c> in its run folder. The page is shown as it
/// was written, without any right to run scripts or to load something from elsewhere, whoever wrote it.
/// </summary>
internal static class Reconstructions
{
    private const long MostPageBytes = 64 << 20;

    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'";

    /// <summary>The page in one of its languages; null for any other name, or where it is none of ours.</summary>
    /// <exception cref="HubertSharp.Runs.UserException">Larger than such a page can be.</exception>
    public static IResult? Page(RunEntry run, string name, HttpContext context)
    {
        if (PageOf(run, name) is not { } path)
            return null;
        var page = RegularFile.ReadAllBytes(path, MostPageBytes);
        if (!page.AsSpan().StartsWith("<!DOCTYPE html>"u8) || page.AsSpan().IndexOf(" · HubertSharp</title>"u8) < 0)
            return null;
        context.Response.Headers.ContentSecurityPolicy = Policy;
        return Results.Bytes(page, "text/html; charset=utf-8");
    }

    /// <summary>A recording of the page; null where there is none of that name, or something else than its name says.</summary>
    public static IResult? Sound(RunEntry run, string name)
    {
        if (!SafePath.IsName(name) || run.File($"{RunFolder.ReconstructionsName}/{TokenizerReport.AudioName}/{name}") is not { } path)
            return null;
        var file = RegularFile.OpenRead(path);
        if (AudioType.Of(path, file) is { } type)
            return Results.File(file, type, enableRangeProcessing: true);
        file.Dispose();
        return null;
    }

    private static string? PageOf(RunEntry run, string name) => name is TokenizerReport.PageName or TokenizerReport.ChinesePageName
        ? run.File($"{RunFolder.ReconstructionsName}/{name}")
        : null;
}
